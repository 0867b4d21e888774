//go:build cgo

#import <AppKit/AppKit.h>
#import <CoreServices/CoreServices.h>
#import <IOKit/IOKitLib.h>
#import <IOKit/IOMessage.h>
#import <IOKit/pwr_mgt/IOPMLib.h>

#include "workstation_darwin.h"
#include "_cgo_export.h"

static dispatch_queue_t queue; // not the main thread: the windows, which a call may wait for, need that one

@interface DiscussionsWorkstation : NSObject
@end

@implementation DiscussionsWorkstation

- (void)locked:(NSNotification *)notification {
	dispatch_async(queue, ^{
	  discussionsWorkstationTold(discussionsLocked);
	});
}

- (void)ending:(NSNotification *)notification {
	dispatch_async(queue, ^{
	  discussionsWorkstationTold(discussionsEnding);
	});
}

// quit takes the place of AppKit's handler, which would pass on that the program refuses to be terminated: it ends by itself, in its
// own way, but macOS would call the end of the session off. No error here means yes.
- (void)quit:(NSAppleEventDescriptor *)event withReplyEvent:(NSAppleEventDescriptor *)reply {
	BOOL ends = [event attributeDescriptorForKeyword:kAEQuitReason] != nil; // the Dock gives no reason
	dispatch_async(queue, ^{
	  if (ends) {
		  discussionsWorkstationTold(discussionsEnding);
	  }
	  dispatch_async(dispatch_get_main_queue(), ^{
	    [NSApp terminate:nil];
	  });
	});
}

@end

static DiscussionsWorkstation *observer; // for ever: who sends the quit event does not retain it
static io_connect_t root;
static IONotificationPortRef port;
static io_object_t notifier;

// power is called on the queue. What is not acknowledged keeps the computer awake for 30 seconds.
static void power(void *unused, io_service_t service, uint32_t message, void *argument) {
	switch (message) {
	case kIOMessageCanSystemSleep:
		IOAllowPowerChange(root, (intptr_t)argument);
		break;
	case kIOMessageSystemWillSleep:
		discussionsWorkstationTold(discussionsSleeping);
		IOAllowPowerChange(root, (intptr_t)argument);
		break;
	case kIOMessageSystemHasPoweredOn:
		discussionsWorkstationTold(discussionsWoken);
		break;
	}
}

bool discussionsWorkstationWatch(void) {
	@autoreleasepool {
		if (queue == nil) {
			queue = dispatch_queue_create("org.spico.discussions.workstation", DISPATCH_QUEUE_SERIAL);
			observer = [[DiscussionsWorkstation alloc] init];
		}
		// At once, also while the program is not in front.
		[NSDistributedNotificationCenter.defaultCenter addObserver:observer
		                                                  selector:@selector(locked:)
		                                                      name:@"com.apple.screenIsLocked"
		                                                    object:nil
		                                        suspensionBehavior:NSNotificationSuspensionBehaviorDeliverImmediately];
		NSNotificationCenter *workspace = NSWorkspace.sharedWorkspace.notificationCenter;
		// The screen goes to another user's session.
		[workspace addObserver:observer
		              selector:@selector(locked:)
		                  name:NSWorkspaceSessionDidResignActiveNotification
		                object:nil];
		[workspace addObserver:observer
		              selector:@selector(ending:)
		                  name:NSWorkspaceWillPowerOffNotification
		                object:nil];
		// The main thread serves its queue once AppKit has put its own handler in.
		dispatch_async(dispatch_get_main_queue(), ^{
		  [NSAppleEventManager.sharedAppleEventManager setEventHandler:observer
		                                                   andSelector:@selector(quit:withReplyEvent:)
		                                                 forEventClass:kCoreEventClass
		                                                    andEventID:kAEQuitApplication];
		});
		root = IORegisterForSystemPower(NULL, &port, power, &notifier);
		if (root == MACH_PORT_NULL) {
			return false;
		}
		IONotificationPortSetDispatchQueue(port, queue);
		return true;
	}
}

void discussionsWorkstationStop(void) {
	@autoreleasepool {
		[NSDistributedNotificationCenter.defaultCenter removeObserver:observer];
		[NSWorkspace.sharedWorkspace.notificationCenter removeObserver:observer];
		if (root != MACH_PORT_NULL) {
			IODeregisterForSystemPower(&notifier);
			dispatch_sync(queue, ^{
			}); // one that is going on still needs the connection
			IOServiceClose(root);
			IONotificationPortDestroy(port);
			root = MACH_PORT_NULL;
		}
	}
}
