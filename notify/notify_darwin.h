#pragma once // cgo's _cgo_export.h includes it again

#include <stdbool.h>

// All texts are UTF-8. Only the last waits. discussionsNotifyClicked (in Go) is called on a thread of the system.
bool discussionsNotifyStart(void); // false: the program is not in a bundle, so the notification centre refuses it
void discussionsNotifyShow(const char *id, const char *title, const char *body);
void discussionsNotifyWithdraw(const char *id);
void discussionsNotifyWithdrawAll(void); // for a second at most
