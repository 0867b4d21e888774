package account

import "discussions/messaging"

// Retry makes every account that is open or locked connect now, or test the connection that it has: call it when the computer
// woke up or the network changed. An account whose connection another program took over keeps its own time. It returns at once.
func (m *Manager) Retry() {
	m.mu.Lock()
	var clients []client
	for _, d := range m.drawers {
		if d.view.client != nil {
			clients = append(clients, d.view.client)
		}
	}
	m.mu.Unlock()
	for _, c := range clients {
		if c.Connection().Problem != messaging.Replaced {
			c.Retry()
		}
	}
}

// SetVisible says whether any window of the program can be seen: see [messaging.Client.SetVisible]. It returns at once.
func (m *Manager) SetVisible(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hidden = !on
	for _, d := range m.drawers {
		if d.view.client != nil {
			d.view.client.SetVisible(on)
		}
	}
}
