package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"unsafe"

	"github.com/go-ole/go-ole"
)

// Class names, interface identifiers and the places of methods in their tables: windows.ui.notifications.idl and
// windows.data.xml.dom.idl of the Windows SDK. Every table begins with the six methods of IInspectable.
const (
	classXML     = "Windows.Data.Xml.Dom.XmlDocument"
	classToast   = "Windows.UI.Notifications.ToastNotification"
	classManager = "Windows.UI.Notifications.ToastNotificationManager"

	iidXML      = "{F7F3A506-1E87-42D6-BCFB-B8C809FA5494}" // IXmlDocument
	iidXMLIO    = "{6CD0E74E-EE65-4489-9EBF-CA43E87BA637}" // IXmlDocumentIO
	iidFactory  = "{04124B20-82C6-4229-B109-FD9ED4662B53}" // IToastNotificationFactory
	iidToast2   = "{9DFB9FD1-143A-490E-90BF-B9FBA7132DE7}" // IToastNotification2
	iidManager  = "{50AC103F-D235-4598-BBEF-98FE4D1A3AD4}" // IToastNotificationManagerStatics
	iidManager2 = "{7AB93C52-0E48-4750-BA9D-1A4113981847}" // IToastNotificationManagerStatics2

	xmlIOLoadXML            = 6 // (HSTRING)
	factoryCreate           = 6 // (IXmlDocument*, out IToastNotification*)
	toast2PutTag            = 6 // (HSTRING)
	toast2PutGroup          = 8 // (HSTRING)
	managerCreateWithID     = 7 // (HSTRING, out IToastNotifier*)
	manager2GetHistory      = 6 // (out IToastNotificationHistory*)
	notifierShow            = 6 // (IToastNotification*)
	historyRemoveGroupOf    = 7 // (HSTRING group, HSTRING applicationId)
	historyRemoveTagInGroup = 8 // (HSTRING tag, HSTRING group, HSTRING applicationId)

	multiThreaded = 1 // RO_INIT_MULTITHREADED
	group         = "discussions"
)

// Notifier shows toasts. It calls WinRT on a thread of its own.
type Notifier struct {
	log   *slog.Logger
	takes *activator // of answers
	work  chan func()
	close sync.Once
	quit  chan struct{}
	done  chan struct{}
}

// New starts the Notifier's thread. Clicked is not called on Windows: a click starts the program a second time with an address
// for [ParseActivation], and that start passes the ID to this run. An answer comes through COM, so there is a field for it only
// where the installer has registered [ActivatorClass].
func New(o Options) *Notifier {
	n := &Notifier{log: o.Log, work: make(chan func()), quit: make(chan struct{}), done: make(chan struct{})}
	n.takes = newActivator(func(id, text string) {
		select {
		case <-n.quit: // the program is ending
		default:
			if o.Replied != nil {
				o.Replied(id, text)
			}
		}
	})
	go n.thread()
	return n
}

// Show shows a notification and replaces the one with the same ID.
func (n *Notifier) Show(what Notification) error {
	err := n.do(func() error {
		if n.takes.cookie == 0 || !installed() {
			what.Reply = ""
		}
		text, err := toastXML(what)
		if err != nil {
			return fmt.Errorf("describe a notification: %w", err)
		}
		return show(text, tag(what.ID))
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// Withdraw withdraws the notification with that ID, if it is still there.
func (n *Notifier) Withdraw(id string) {
	n.remove(historyRemoveTagInGroup, tag(id), group, AppID)
}

// WithdrawAll withdraws everything, also what an earlier run left.
func (n *Notifier) WithdrawAll() { n.remove(historyRemoveGroupOf, group, AppID) }

// WithdrawLeft withdraws what an earlier run left, such as one that crashed.
func (n *Notifier) WithdrawLeft() { n.WithdrawAll() }

// Close withdraws everything and ends the thread.
func (n *Notifier) Close() {
	n.close.Do(func() {
		n.WithdrawAll()
		close(n.quit)
	})
	<-n.done
}

func (n *Notifier) remove(method int, names ...string) {
	if err := n.do(func() error { return removeFromHistory(method, names...) }); err != nil {
		n.log.Debug("withdraw a notification", "error", err)
	}
}

// thread runs the work on one thread that has joined the multithreaded apartment. It is never unlocked, so that Go ends the
// thread instead of reusing it.
func (n *Notifier) thread() {
	defer close(n.done)
	runtime.LockOSThread()
	// Several results mean success (S_FALSE: initialised before). A real failure appears again as an error of each call.
	if err := ole.RoInitialize(multiThreaded); err != nil {
		n.log.Debug("join the WinRT apartment", "error", err)
	}
	if err := n.takes.register(); err != nil {
		n.log.Info("no answers in notifications", "error", err)
	}
	defer n.takes.unregister()
	for {
		select {
		case f := <-n.work:
			f()
		case <-n.quit:
			return
		}
	}
}

// do waits for the thread. After Close it fails.
func (n *Notifier) do(f func() error) error {
	result := make(chan error, 1)
	select {
	case n.work <- func() { result <- f() }:
		return <-result
	case <-n.quit:
		return errors.New("closed")
	}
}

func show(text, tag string) error {
	var t calls
	defer t.release()
	document := t.activate(classXML)
	t.callText(t.query(document, iidXMLIO), xmlIOLoadXML, text)
	toast := t.get(t.factory(classToast, iidFactory), factoryCreate, uintptr(unsafe.Pointer(t.query(document, iidXML))))
	named := t.query(toast, iidToast2)
	t.callText(named, toast2PutTag, tag)
	t.callText(named, toast2PutGroup, group)
	notifier := t.get(t.factory(classManager, iidManager), managerCreateWithID, t.text(AppID))
	t.call(notifier, notifierShow, uintptr(unsafe.Pointer(toast)))
	return t.err
}

func removeFromHistory(method int, names ...string) error {
	var t calls
	defer t.release()
	t.callText(t.get(t.factory(classManager, iidManager2), manager2GetHistory), method, names...)
	return t.err
}
