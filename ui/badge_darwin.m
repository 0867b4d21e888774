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

// The application's delegate is GLFW's, which does not have this method. A second call changes nothing.
void discussionsDockFollow(void) {
	id<NSApplicationDelegate> delegate = NSApp.delegate;
	if (delegate != nil) {
		class_addMethod([delegate class], @selector(applicationShouldHandleReopen:hasVisibleWindows:), (IMP)reopen, "c@:@c");
	}
}
