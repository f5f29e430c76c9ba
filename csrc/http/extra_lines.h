/* Header lines of one request: a list whose tail is that of the lines of every request. */
#ifndef TN_EXTRA_LINES_H
#define TN_EXTRA_LINES_H

#include <curl/curl.h>
#include <stdbool.h>

/* A list of copies of the lines, followed by `rest`, which stays the caller's. The list is owned by the caller,
 * who gives it to extra_lines_free; with no lines it is `rest`. False when out of memory. */
bool extra_lines_copy(struct curl_slist **list, const char *const *lines, size_t count,
                      struct curl_slist *rest);

/* Frees all before `rest`, and sets the list to `rest`. */
void extra_lines_free(struct curl_slist **list, struct curl_slist *rest);

#endif
