/* Which URLs an engine requests. */
#ifndef TN_URL_H
#define TN_URL_H

#include <stddef.h>

#include "engine.h"

/* A reason of the functions below. */
extern const char URL_NO_MEMORY[];

/* The reason why the engine refuses that URL, a constant; NULL if it accepts it. */
const char *url_refuse(const engine *e, const char *url, size_t length);

/* The same, or the reason why libcurl does not understand it. */
const char *url_validate(const engine *e, const char *url, size_t length);

#endif
