//go:build cgo

#import <AppKit/AppKit.h>

#include "clipboard_darwin.h"

char *discussionsPasteboardFiles(void) {
	@autoreleasepool {
		NSArray<NSURL *> *urls = [NSPasteboard.generalPasteboard readObjectsForClasses:@[ NSURL.class ]
		                                                                       options:@{NSPasteboardURLReadingFileURLsOnlyKey : @YES}];
		if (urls.count == 0) {
			return NULL;
		}
		NSMutableString *list = [NSMutableString string];
		for (NSURL *url in urls) { // a reference by number becomes a path
			[list appendFormat:@"%@\n", url.filePathURL.absoluteString];
		}
		return strdup(list.UTF8String);
	}
}

void *discussionsPasteboardPicture(long most, long *size) {
	@autoreleasepool {
		NSPasteboard *board = NSPasteboard.generalPasteboard;
		NSData *data = [board dataForType:NSPasteboardTypePNG];
		if (data == nil) {
			data = [board dataForType:@"public.jpeg"];
		}
		if (data == nil) {
			NSData *tiff = [board dataForType:NSPasteboardTypeTIFF];
			if (tiff.length > (NSUInteger)most) { // it is not decoded
				*size = (long)tiff.length;
				return NULL;
			}
			data = [[NSBitmapImageRep imageRepWithData:tiff] representationUsingType:NSBitmapImageFileTypePNG properties:@{}];
		}
		*size = (long)data.length;
		if (data.length == 0 || *size > most) {
			return NULL;
		}
		void *copy = malloc(data.length);
		if (copy != NULL) {
			memcpy(copy, data.bytes, data.length);
		} else {
			*size = 0;
		}
		return copy;
	}
}
