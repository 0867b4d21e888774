package notify

import (
	"fmt"
	"syscall"
	"unsafe"

	"github.com/go-ole/go-ole"
)

// calls is a sequence of WinRT calls of which each needs the ones before. After the first failure the others do nothing; release
// releases all objects.
type calls struct {
	err     error
	objects []*ole.IUnknown
	texts   []ole.HString
}

func (t *calls) release() {
	for _, o := range t.objects {
		o.Release()
	}
	for _, s := range t.texts {
		ole.DeleteHString(s)
	}
}

func (t *calls) keep(o *ole.IUnknown, err error, what string) *ole.IUnknown {
	switch {
	case err != nil:
		t.err = fmt.Errorf("%s: %w", what, err)
	case o == nil:
		t.err = fmt.Errorf("%s: nothing came back", what)
	default:
		t.objects = append(t.objects, o)
		return o
	}
	return nil
}

// activate makes an object of a class.
func (t *calls) activate(class string) *ole.IUnknown {
	if t.err != nil {
		return nil
	}
	o, err := ole.RoActivateInstance(class)
	return t.keep((*ole.IUnknown)(unsafe.Pointer(o)), err, class)
}

// factory returns the static interface iid of a class.
func (t *calls) factory(class, iid string) *ole.IUnknown {
	if t.err != nil {
		return nil
	}
	o, err := ole.RoGetActivationFactory(class, ole.NewGUID(iid))
	return t.keep((*ole.IUnknown)(unsafe.Pointer(o)), err, class)
}

// query returns the interface iid of o.
func (t *calls) query(o *ole.IUnknown, iid string) *ole.IUnknown {
	if t.err != nil {
		return nil
	}
	q, err := o.QueryInterface(ole.NewGUID(iid))
	return t.keep((*ole.IUnknown)(unsafe.Pointer(q)), err, "ask for "+iid)
}

// text makes a WinRT string, which lives until release. The library counts characters where Windows counts UTF-16 units, so s
// must not contain characters outside the Basic Multilingual Plane.
func (t *calls) text(s string) uintptr {
	if t.err != nil {
		return 0
	}
	h, err := ole.NewHString(s)
	if err != nil {
		t.err = fmt.Errorf("make a text: %w", err)
		return 0
	}
	t.texts = append(t.texts, h)
	return uintptr(h)
}

// call calls the method at a place of o's table.
//
//go:uintptrescapes
func (t *calls) call(o *ole.IUnknown, method int, args ...uintptr) {
	if t.err != nil {
		return
	}
	address := *(*uintptr)(unsafe.Add(unsafe.Pointer(o.RawVTable), uintptr(method)*unsafe.Sizeof(uintptr(0))))
	result, _, _ := syscall.SyscallN(address, append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	if int32(result) < 0 { // HRESULT
		t.err = fmt.Errorf("method %d: %w", method, ole.NewError(result))
	}
}

func (t *calls) callText(o *ole.IUnknown, method int, texts ...string) {
	args := make([]uintptr, len(texts))
	for i, s := range texts {
		args[i] = t.text(s)
	}
	t.call(o, method, args...)
}

// get calls a method whose last parameter receives an object.
//
//go:uintptrescapes
func (t *calls) get(o *ole.IUnknown, method int, args ...uintptr) *ole.IUnknown {
	if t.err != nil {
		return nil
	}
	got := new(*ole.IUnknown)
	t.call(o, method, append(args, uintptr(unsafe.Pointer(got)))...)
	if t.err != nil {
		return nil
	}
	return t.keep(*got, nil, fmt.Sprintf("method %d", method))
}
