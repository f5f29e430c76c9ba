/* The escapes in a JSON string. */
#ifndef TN_JSON_ESCAPE_H
#define TN_JSON_ESCAPE_H

#include <stddef.h>

/* Checks the escape whose backslash is before at. Returns where it ends, which is before the end of the
 * text; NULL with the reason, a constant, if there is no such escape. */
const char *json_check_escape(const char *at, const char *end, const char **reason);

/* Writes a string, whose escapes were checked, without them and as UTF-8. There has to be room for its whole
 * length. Returns how many bytes it wrote. */
size_t json_unescape(const char *text, size_t length, char *to);

#endif
