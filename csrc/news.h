/* What an observer is told: which exchanges began or ended an attempt, in order. Nothing is kept
 * where nobody observes. */
#ifndef TN_NEWS_H
#define TN_NEWS_H

#include "exchange.h"

typedef struct news {
  bool observed;
  exchange *first, *last; /* linked through later */
} news;

/* Notes NEWS_STARTED or NEWS_ENDED. */
void news_add(news *n, exchange *x, int what);

/* The next exchange that has news, and what; NULL if there are none. */
exchange *news_take(news *n, int *what);

/* Forgets all there is. */
void news_clear(news *n);

/* Forgets what there is of this one. */
void news_drop(news *n, exchange *x);

#endif
