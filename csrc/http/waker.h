/* Wakes an event loop that can wait for a Unix socket but not for a foreign descriptor, such as
 * nginx's: a thread waits for the descriptors, or until a time, and then writes a byte to the socket.
 * Exists only where the poller is epoll. */
#ifndef TN_WAKER_H
#define TN_WAKER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct waker waker; /* owns its descriptors and its thread, not those that it watches */

/* Listens at a path that only this user can reach. NULL if that is impossible. */
waker *waker_open(void);

/* Where to connect to, once. Borrowed. */
const char *waker_path(const waker *w);

/* Takes the connection that was made, and starts the thread. Then the path exists no more. False if
 * there is no connection of this process, or no thread can be made. */
bool waker_accept(waker *w);

/* Watches a descriptor until it is closed. Harmless if it is watched already. False if the system
 * refuses. */
bool waker_watch(waker *w, int descriptor);

/* A byte comes once when a watched descriptor is readable, or after so many ms. Of several calls
 * before it comes, the earliest time counts. */
void waker_arm(waker *w, int64_t ms);

/* A byte comes now. */
void waker_ring(const waker *w);

/* The loop's own epoll set: the one that the connection to the path is in. Has to be asked before
 * waker_accept. Borrowed; -1 if it is not found. */
int waker_host(const waker *w);

/* Waits until the descriptor is readable, up to so many ms, and no longer than the loop has nothing to do.
 * Whether it is readable. */
bool waker_hold(int host, int descriptor, int ms);

/* Ends the thread. NULL is fine. In a forked child only its copies of the descriptors are closed. */
void waker_close(waker *w);

#endif
