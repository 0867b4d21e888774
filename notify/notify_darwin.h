#pragma once // cgo's _cgo_export.h includes it again

#include <stdbool.h>

// All texts are UTF-8. Only the last waits. discussionsNotifyClicked and
// discussionsNotifyReplied (in Go) are called on a thread of the system.
bool discussionsNotifyStart(void); // false: the program is not in a bundle, so the notification centre refuses it
void discussionsNotifyShow(const char *id, const char *title, const char *body,
                           const char *reply, bool silent); // reply: the label of an answer; empty: none
void discussionsNotifyWithdraw(const char *id);
void discussionsNotifyWithdrawAll(void); // for a second at most
