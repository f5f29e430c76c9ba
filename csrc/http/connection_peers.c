#include "connection_peers.h"

bool connection_peers_any_sent(const transfer_list *running) {
  const transfer *other = running->first;
  while (other != NULL && other->phase != PHASE_SENT)
    other = other->next;
  return other != NULL;
}

const transfer *connection_peers_opener(const transfer_list *running, const transfer *t) {
  const transfer *other = t->phase == PHASE_WAITING ? running->first : NULL;
  while (other != NULL && other->phase != PHASE_RESOLVING && other->phase != PHASE_CONNECTING)
    other = other->next;
  return other != NULL ? other : t;
}

bool connection_peers_any_with(const transfer_list *running, const transfer *t) {
  for (const transfer *other = running->first; other != NULL; other = other->next)
    if (other != t && other->phase == PHASE_SENT && other->local_port == t->local_port)
      return true;
  return false;
}
