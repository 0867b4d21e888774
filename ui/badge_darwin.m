//go:build cgo

#import <AppKit/AppKit.h>
#import <objc/runtime.h>

#include "badge_darwin.h"
#include "_cgo_export.h"

void discussionsDockBadge(const char *text) {
	@autoreleasepool {
		NSString *label = [NSString stringWithUTF8String:text];
		NSApp.dockTile.badgeLabel = label.length > 0 ? label : nil;
	}
}

static BOOL reopen(id self, SEL selector, NSApplication *application, BOOL visible) {
	if (!visible) {
		discussionsDockClicked();
	}
	return YES;
}

// AppKit asks at Cmd+Q, at "Quit" in the dock and at the end of the session. The program ends in its own way, and by itself.
static NSApplicationTerminateReply terminate(id self, SEL selector, NSApplication *application) {
	discussionsDockQuit();
	return NSTerminateCancel;
}

// The application's delegate is GLFW's. It does not have the first method; its second would ask each window to close, which only
// hides them. The main thread serves its queue once that delegate is there. A second call changes nothing.
void discussionsDockFollow(void) {
	dispatch_async(dispatch_get_main_queue(), ^{
	  id<NSApplicationDelegate> delegate = NSApp.delegate;
	  if (delegate != nil) {
		  class_addMethod([delegate class], @selector(applicationShouldHandleReopen:hasVisibleWindows:), (IMP)reopen, "c@:@c");
		  class_replaceMethod([delegate class], @selector(applicationShouldTerminate:), (IMP)terminate, "Q@:@");
	  }
	});
}
