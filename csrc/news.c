#include "news.h"

#include <stddef.h>

void news_add(news *n, exchange *x, int what) {
  if (!n->observed)
    return;
  if (x->news == 0) {
    if (n->last != NULL)
      n->last->later = x;
    else
      n->first = x;
    n->last = x;
    x->later = NULL;
  }
  x->news |= what;
}

exchange *news_take(news *n, int *what) {
  exchange *x = n->first;
  if (x == NULL)
    return NULL;
  n->first = x->later;
  if (n->first == NULL)
    n->last = NULL;
  *what = x->news;
  x->news = 0;
  x->later = NULL;
  return x;
}

void news_clear(news *n) {
  int what;
  while (news_take(n, &what) != NULL)
    ;
}

void news_drop(news *n, exchange *x) {
  if (x->news == 0)
    return;
  exchange *before = NULL;
  for (exchange *y = n->first; y != x; y = y->later)
    before = y;
  if (before != NULL)
    before->later = x->later;
  else
    n->first = x->later;
  if (n->last == x)
    n->last = before;
  x->news = 0;
  x->later = NULL;
}
