#pragma once // cgo's _cgo_export.h includes it again

#include <stdbool.h>

// The numbers of the events in Go.
enum { discussionsLocked = 1, discussionsSleeping, discussionsWoken, discussionsEnding };

// discussionsWorkstationTold (in Go) is called on a queue of its own, for one event at a time; sleep waits for it.
bool discussionsWorkstationWatch(void); // false: sleep is not told
void discussionsWorkstationStop(void);  // waits for a call that is going on; the program still agrees to quit
