//go:build (windows && cgo) || darwin

package settings

// readAutostart only finds out whether there is an entry.
func readAutostart() (e autostartEntry, found bool) { return e, autostartApp(nil).IsEnabled() }

func disableAutostart() error {
	app := autostartApp(nil)
	if !app.IsEnabled() { // Disable would fail
		return nil
	}
	return app.Disable()
}
