/* A transfer's libcurl easy handle: the options that are the same for all of its requests, and the
 * callbacks by which libcurl fills the transfer while an attempt runs. */
#ifndef TN_EASY_HANDLE_H
#define TN_EASY_HANDLE_H

#include "transfer.h"

/* Makes t->easy, which is the transfer's from then on, also after a failure. The callbacks use the
 * transfer and its sockets, which have to stay where they are. The settings are borrowed for the call. */
CURLcode easy_handle_open(transfer *t, const settings *s);

#endif
