// Package dispatch hands values from one goroutine to another, in order.
//
//   - [Queue] handles values one after another on a goroutine of its own.
//   - [Publisher] is a Queue whose values go to any number of subscribers.
//   - [Tasks] is a Queue of functions.
//   - [Latest] is a Queue that holds one value for each key, the newest, and lets some values overtake.
//   - [Batch] hands over everything that has come so far in one call, on a goroutine of the owner's choice, such as Fyne's.
//
// # What all of them guarantee
//
// Order. Values are handled in the order in which they were put. The values of one call stay together. Values that one goroutine
// puts keep their order; values of several goroutines are ordered by who held the lock first. Whoever needs an order across
// goroutines holds a lock of their own while they put.
//
// One at a time. The handler never runs twice at once, and everything that one call of it did is visible to the next call.
//
// No waiting. Putting never waits for the handler. The queue has no limit of its own: whoever can slow the sender down calls
// [Queue.WaitBelow] first, outside of any lock.
//
// Goroutines. A queue has a goroutine only while there is something to handle. One that is never closed leaks nothing.
//
// Re-entry. A handler may put, subscribe, unsubscribe and Stop. It must not Close its own queue, which would wait for itself.
//
// Stop and Close. Stop refuses what is put from then on and returns at once. Close stops as well and returns when everything that
// was put before is handled, and the last handler has returned. Both may be called several times, from any goroutine.
//
// Panics. A panic in a handler is not recovered: the program ends with the handler's stack. To go on would skip a value, and
// what depends on it would be wrong from then on.
package dispatch
