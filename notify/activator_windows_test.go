package notify

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/go-ole/go-ole"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

type typed struct{ id, text string }

// field is an input of a toast.
func field(key, value string) userInput {
	k, _ := windows.UTF16PtrFromString(key)
	v, _ := windows.UTF16PtrFromString(value)
	return userInput{k, v}
}

// call calls a function of an object's table, as COM does.
//
//go:uintptrescapes
func call(object *comObject, method int, arguments ...uintptr) uintptr {
	result, _, _ := syscall.SyscallN(object.table[method], append([]uintptr{uintptr(unsafe.Pointer(object))}, arguments...)...)
	return result
}

// create asks a factory for an object.
func create(factory *comObject, outer uintptr, iid string) (*comObject, uintptr) {
	var object *comObject
	result := call(factory, 3, outer, uintptr(unsafe.Pointer(ole.NewGUID(iid))), uintptr(unsafe.Pointer(&object)))
	return object, result
}

func TestAnAnswerIsTakenFromWindows(t *testing.T) {
	var got []typed
	a := newActivator(func(id, text string) { got = append(got, typed{id, text}) })
	object, result := create(&a.factory, 0, iidActivator)
	if result != comOK || object != &a.object {
		t.Fatalf("%p, %#x", object, result)
	}
	address, web := activation("claire sophie"), "https://example.org/?id=x"
	for _, c := range []struct {
		name, arguments string
		fields          []userInput
		want            []typed
	}{
		{"an answer", address, []userInput{field(replyInput, "J’arrive 👍")}, []typed{{"claire sophie", "J’arrive 👍"}}},
		{"lines stay, what disturbs goes", address, []userInput{field(replyInput, " un\ndeux\x07\u202e ")}, []typed{{"claire sophie", "un\ndeux"}}},
		{"a long one is cut", address, []userInput{field(replyInput, strings.Repeat("é", maxReply+1))}, []typed{{"claire sophie", strings.Repeat("é", maxReply-1) + "…"}}},
		{"nothing typed", address, []userInput{field(replyInput, "")}, []typed{{"claire sophie", ""}}},
		{"another field", address, []userInput{field("other", "x"), field(replyInput, "y")}, []typed{{"claire sophie", "y"}}},
		{"no value", address, []userInput{{field(replyInput, "").key, nil}}, []typed{{"claire sophie", ""}}},
		{"no field", address, nil, nil},
		{"another address", web, []userInput{field(replyInput, "x")}, nil},
		{"no address", "", []userInput{field(replyInput, "x")}, nil},
	} {
		got = nil
		arguments, _ := windows.UTF16PtrFromString(c.arguments)
		var first uintptr
		if len(c.fields) > 0 {
			first = uintptr(unsafe.Pointer(&c.fields[0]))
		}
		if result := call(object, 3, 0, uintptr(unsafe.Pointer(arguments)), first, uintptr(len(c.fields))); result != comOK {
			t.Errorf("%s: %#x", c.name, result)
		}
		if d := cmp.Diff(c.want, got, cmp.AllowUnexported(typed{})); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		runtime.KeepAlive(c.fields)
	}
	if result := call(object, 3, 0, 0, 0, 0); result != comOK {
		t.Errorf("nothing at all: %#x", result)
	}
}

func TestTheObjectsAreWhatTheySay(t *testing.T) {
	a := newActivator(nil)
	if _, result := create(&a.factory, 0, iidClassFactory); result != comNoInterface {
		t.Errorf("an object that is a factory: %#x", result)
	}
	if _, result := create(&a.factory, 1, iidActivator); result != comNoAggregation {
		t.Errorf("a part of another object: %#x", result)
	}
	for _, c := range []struct {
		name   string
		object *comObject
		iid    string
		want   uintptr
	}{
		{"factory", &a.factory, iidUnknown, comOK}, {"factory", &a.factory, iidClassFactory, comOK}, {"factory", &a.factory, iidActivator, comNoInterface},
		{"object", &a.object, iidUnknown, comOK}, {"object", &a.object, iidActivator, comOK}, {"object", &a.object, iidClassFactory, comNoInterface},
	} {
		out := &comObject{}
		result := call(c.object, 0, uintptr(unsafe.Pointer(ole.NewGUID(c.iid))), uintptr(unsafe.Pointer(&out)))
		if want := map[bool]*comObject{true: c.object}[c.want == comOK]; result != c.want || out != want {
			t.Errorf("%s as %s: %#x, %p", c.name, c.iid, result, out)
		}
	}
	if result := call(&a.factory, 0, uintptr(unsafe.Pointer(ole.NewGUID(iidUnknown))), 0); result != comPointer {
		t.Errorf("nowhere to put it: %#x", result)
	}
}

// TestTheClassIsThereWhileTheProgramRuns asks on the thread that registered it: Wine cannot carry these calls to another process.
func TestTheClassIsThereWhileTheProgramRuns(t *testing.T) {
	n := New(Options{Log: slog.New(slog.DiscardHandler)})
	err := n.do(func() error {
		var factory *comObject
		result, _, _ := windows.NewLazySystemDLL("ole32.dll").NewProc("CoGetClassObject").Call(
			uintptr(unsafe.Pointer(ole.NewGUID(ActivatorClass))), localServer, 0,
			uintptr(unsafe.Pointer(ole.NewGUID(iidClassFactory))), uintptr(unsafe.Pointer(&factory)))
		if int32(result) < 0 {
			return ole.NewError(result)
		}
		if factory != &n.takes.factory {
			return errors.New("another class")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	n.Close()
}

// TestAProcessMayEndWithoutClosing ends one that is still registered: COM then calls Release, where Go can no longer answer.
func TestAProcessMayEndWithoutClosing(t *testing.T) {
	const child = "DISCUSSIONS_TEST_ENDS_REGISTERED"
	if os.Getenv(child) != "" {
		n := New(Options{Log: slog.New(slog.DiscardHandler)})
		_ = n.do(func() error { return nil }) // it is registered
		os.Exit(0)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // it may hang
	defer cancel()
	c := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAProcessMayEndWithoutClosing$")
	c.Env = append(os.Environ(), child+"=1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestAnswersNeedTheInstaller(t *testing.T) {
	if installed() {
		t.Fatal("before")
	}
	for _, class := range []string{"{00000000-0000-0000-0000-000000000000}", strings.ToLower(ActivatorClass)} {
		key, _, err := registry.CreateKey(registry.CURRENT_USER, `Software\Classes\AppUserModelId\`+AppID, registry.SET_VALUE)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = registry.DeleteKey(registry.CURRENT_USER, `Software\Classes\AppUserModelId\`+AppID) })
		if err := key.SetStringValue("CustomActivator", class); err != nil {
			t.Fatal(err)
		}
		key.Close()
		if want := strings.EqualFold(class, ActivatorClass); installed() != want {
			t.Errorf("%s: %v", class, !want)
		}
	}
}
