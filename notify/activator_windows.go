package notify

import (
	"fmt"
	"strings"
	"syscall"
	"unsafe"

	"github.com/go-ole/go-ole"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const (
	iidUnknown      = "{00000000-0000-0000-C000-000000000046}"
	iidClassFactory = "{00000001-0000-0000-C000-000000000046}"
	iidActivator    = "{53E31837-6600-4A81-9395-75CFFE746F94}" // INotificationActivationCallback

	localServer = 4 // CLSCTX_LOCAL_SERVER
	multipleUse = 1 // REGCLS_MULTIPLEUSE

	comOK            = 0
	comNoInterface   = 0x80004002 // E_NOINTERFACE
	comPointer       = 0x80004003 // E_POINTER
	comNoAggregation = 0x80040110 // CLASS_E_NOAGGREGATION
	maxInputs        = 16         // of a toast; ours have one
)

// An activator is the COM object that Windows calls when somebody answers in a toast, and the factory that gives out that object.
// As other processes may hold them until this one ends, they are never freed: Go keeps the functions of their tables, and those keep
// the activator.
type activator struct {
	replied func(id, text string) // on a thread of Windows
	object  comObject             // INotificationActivationCallback of <NotificationActivationCallback.h>
	factory comObject             // IClassFactory of <Unknwn.h>
	cookie  uint32                // of the registration; 0: none
}

// comObject is an object as COM sees it: the address of its table of functions.
type comObject struct{ table *[5]uintptr }

// userInput is NOTIFICATION_USER_INPUT_DATA.
type userInput struct{ key, value *uint16 }

func newActivator(replied func(id, text string)) *activator {
	a := &activator{replied: replied}
	// AddRef and Release need only return something above 0. COM may call Release while the process ends, when a function of Go
	// would make the process crash or hang, so they are a function of Windows; that it takes no argument does no harm where
	// arguments are passed in registers, as on amd64 and arm64.
	count := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetCurrentProcessId").Addr()
	lock := syscall.NewCallback(func(_, _ uintptr) uintptr { return comOK })
	a.object.table = &[5]uintptr{a.object.queryInterface(iidActivator), count, count, syscall.NewCallback(a.activate)}
	a.factory.table = &[5]uintptr{a.factory.queryInterface(iidClassFactory), count, count, syscall.NewCallback(a.createInstance), lock}
	return a
}

// queryInterface makes the function by which an object is asked for its interface iid.
func (o *comObject) queryInterface(iid string) uintptr {
	return syscall.NewCallback(func(_ uintptr, wanted *ole.GUID, out **comObject) uintptr { return o.as(wanted, out, iid) })
}

// as gives the object out if its interface, iid, is what is wanted.
func (o *comObject) as(wanted *ole.GUID, out **comObject, iid string) uintptr {
	if wanted == nil || out == nil {
		return comPointer
	}
	*out = nil
	if !ole.IsEqualGUID(wanted, ole.NewGUID(iidUnknown)) && !ole.IsEqualGUID(wanted, ole.NewGUID(iid)) {
		return comNoInterface
	}
	*out = o
	return comOK
}

func (a *activator) createInstance(_, outer uintptr, wanted *ole.GUID, out **comObject) uintptr {
	if outer != 0 {
		return comNoAggregation
	}
	return a.object.as(wanted, out, iidActivator)
}

// activate takes an answer. Every program of this user can call it, as it can type into the windows.
func (a *activator) activate(_ uintptr, _, arguments *uint16, inputs *userInput, count uintptr) uintptr {
	id, known := ParseActivation(windows.UTF16PtrToString(arguments))
	if !known || inputs == nil {
		return comOK
	}
	for _, input := range unsafe.Slice(inputs, min(uint32(count), maxInputs)) { // the upper half of a register is undefined
		if windows.UTF16PtrToString(input.key) == replyInput {
			a.replied(id, cleanReply(windows.UTF16PtrToString(input.value)))
		}
	}
	return comOK
}

// register lets Windows find the activator while the program runs. Without it Windows would start the program a second time.
func (a *activator) register() error {
	result, _, _ := windows.NewLazySystemDLL("ole32.dll").NewProc("CoRegisterClassObject").Call(
		uintptr(unsafe.Pointer(ole.NewGUID(ActivatorClass))), uintptr(unsafe.Pointer(&a.factory)), localServer, multipleUse,
		uintptr(unsafe.Pointer(&a.cookie)))
	if int32(result) < 0 {
		return fmt.Errorf("register the class of answers: %w", ole.NewError(result))
	}
	return nil
}

// unregister ends what register began, on the same thread.
func (a *activator) unregister() {
	if a.cookie != 0 {
		_, _, _ = windows.NewLazySystemDLL("ole32.dll").NewProc("CoRevokeClassObject").Call(uintptr(a.cookie))
	}
}

// installed reports whether the installer, for this user or for everybody, has told Windows which class takes the answers.
func installed() bool {
	for _, root := range []registry.Key{registry.CURRENT_USER, registry.LOCAL_MACHINE} {
		key, err := registry.OpenKey(root, `Software\Classes\AppUserModelId\`+AppID, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		class, _, err := key.GetStringValue("CustomActivator")
		key.Close()
		if err == nil {
			return strings.EqualFold(class, ActivatorClass)
		}
	}
	return false
}
