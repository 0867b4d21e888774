//go:build cgo

#import <Foundation/Foundation.h>
#import <UserNotifications/UserNotifications.h>

#include "notify_darwin.h"
#include "_cgo_export.h"

static NSString *const replyAction = @"reply"; // of the category of the same name

@interface DiscussionsNotifyDelegate : NSObject <UNUserNotificationCenterDelegate>
@end

@implementation DiscussionsNotifyDelegate

// Without this a notification is not shown while the program is in front, where another conversation may be.
- (void)userNotificationCenter:(UNUserNotificationCenter *)center
       willPresentNotification:(UNNotification *)notification
         withCompletionHandler:(void (^)(UNNotificationPresentationOptions))done {
	done(UNNotificationPresentationOptionSound | UNNotificationPresentationOptionBanner | UNNotificationPresentationOptionList);
}

- (void)userNotificationCenter:(UNUserNotificationCenter *)center
    didReceiveNotificationResponse:(UNNotificationResponse *)response
             withCompletionHandler:(void (^)(void))done {
	if ([response.actionIdentifier isEqualToString:UNNotificationDefaultActionIdentifier]) {
		discussionsNotifyClicked((char *)response.notification.request.identifier.UTF8String);
	} else if ([response isKindOfClass:[UNTextInputNotificationResponse class]]) {
		NSString *typed = ((UNTextInputNotificationResponse *)response).userText;
		discussionsNotifyReplied((char *)response.notification.request.identifier.UTF8String, (char *)typed.UTF8String);
	}
	done();
}

@end

static DiscussionsNotifyDelegate *delegate; // the centre holds it weakly

static NSString *text(const char *utf8) {
	NSString *s = [NSString stringWithUTF8String:utf8];
	return s != nil ? s : @"";
}

bool discussionsNotifyStart(void) {
	@autoreleasepool {
		if (NSBundle.mainBundle.bundleIdentifier == nil) {
			return false; // currentNotificationCenter would throw
		}
		if (delegate == nil) {
			delegate = [[DiscussionsNotifyDelegate alloc] init];
		}
		UNUserNotificationCenter *center = UNUserNotificationCenter.currentNotificationCenter;
		center.delegate = delegate;
		// Without the badge's permission macOS draws no number in the dock either, whoever sets it there.
		[center requestAuthorizationWithOptions:UNAuthorizationOptionAlert | UNAuthorizationOptionSound | UNAuthorizationOptionBadge
		                      completionHandler:^(BOOL granted, NSError *error){
		                      }];
		return true;
	}
}

void discussionsNotifyShow(const char *identifier, const char *title, const char *body, const char *reply, bool silent) {
	@autoreleasepool {
		UNUserNotificationCenter *center = UNUserNotificationCenter.currentNotificationCenter;
		UNMutableNotificationContent *content = [[UNMutableNotificationContent alloc] init];
		content.title = text(title);
		content.body = text(body);
		content.sound = silent ? nil : UNNotificationSound.defaultSound;
		NSString *label = text(reply);
		if (label.length > 0) {
			UNTextInputNotificationAction *answer = [UNTextInputNotificationAction actionWithIdentifier:replyAction
			                                                                                     title:label
			                                                                                   options:UNNotificationActionOptionNone];
			[center setNotificationCategories:[NSSet setWithObject:[UNNotificationCategory categoryWithIdentifier:replyAction
			                                                                                               actions:@[ answer ]
			                                                                                     intentIdentifiers:@[]
			                                                                                               options:0]]];
			content.categoryIdentifier = replyAction;
		}
		UNNotificationRequest *request = [UNNotificationRequest requestWithIdentifier:text(identifier)
		                                                                      content:content
		                                                                      trigger:nil];
		[center addNotificationRequest:request withCompletionHandler:nil];
	}
}

void discussionsNotifyWithdraw(const char *identifier) {
	@autoreleasepool {
		NSArray<NSString *> *one = @[ text(identifier) ];
		UNUserNotificationCenter *center = UNUserNotificationCenter.currentNotificationCenter;
		[center removePendingNotificationRequestsWithIdentifiers:one];
		[center removeDeliveredNotificationsWithIdentifiers:one];
	}
}

void discussionsNotifyWithdrawAll(void) {
	@autoreleasepool {
		UNUserNotificationCenter *center = UNUserNotificationCenter.currentNotificationCenter;
		[center removeAllPendingNotificationRequests];
		[center removeAllDeliveredNotifications];
		// Both return before it is done, and the program may be about to end: an answer to a later question comes after it.
		dispatch_semaphore_t done = dispatch_semaphore_create(0);
		[center getDeliveredNotificationsWithCompletionHandler:^(NSArray<UNNotification *> *left) {
		  dispatch_semaphore_signal(done);
		}];
		dispatch_semaphore_wait(done, dispatch_time(DISPATCH_TIME_NOW, NSEC_PER_SEC));
	}
}
