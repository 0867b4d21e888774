//go:build cgo

package nativewindow

/*
#cgo LDFLAGS: -ldl -lpthread
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>

static void *preload(void *unused) {
	char folder[PATH_MAX], driver[PATH_MAX + 32];
	void *mesa = dlopen("libEGL_mesa.so.0", RTLD_LAZY | RTLD_LOCAL);
	if (mesa && dlinfo(mesa, RTLD_DI_ORIGIN, folder) == 0) {
		snprintf(driver, sizeof driver, "%s/dri/swrast_dri.so", folder);
		dlopen(driver, RTLD_NOW | RTLD_LOCAL);
	}
	return NULL;
}

static void startPreload(void) {
	pthread_t thread;
	if (pthread_create(&thread, NULL, preload, NULL) == 0) pthread_detach(thread);
}
*/
import "C"

// Preload loads the graphics library on a thread of its own while the program reads its files: Mesa's part of EGL, which brings LLVM. Up
// to Mesa 24.1 that comes with a driver, a file beside it. What is not there is left out; no device is opened.
func Preload() { C.startPreload() }
