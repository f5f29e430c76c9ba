/* A single call: a request while nothing else is under way is carried out without Lua code in between. What it
 * does and gives is that of submit, step and take. */
#include "compat.h"
#include "engine_object.h"

/* Signal handlers of Lua run between two calls of the core. */
enum { LONGEST_MS = 1000 };

static bool is_idle(const engine *e) {
  return engine_get_load(e).open == 0 && e->scheduler.queues.finished.first == NULL;
}

/* perform(method, url [, credentials [, options]]) is submit, and works until the transfer has finished or a
 * second has passed, if nothing else is under way. A third result true: it has finished and was taken. Then a
 * fourth and fifth are the HTTP status, from 200 to 299, and the JSON object of its answer, if it has them.
 * While another one is under way it returns false, and nothing was done. */
int l_perform(lua_State *L) {
  engine *e = check_class(L, 1, ENGINE);
  if (!e->closed && !is_idle(e)) {
    lua_pushboolean(L, false);
    return 1;
  }
  int count = submit_request(L, e);
  if (count != 2)
    return count;
  transfer_box *box = lua_touserdata(L, -2);
  if (box->transfer->state != TRANSFER_FINISHED)
    engine_step(e, LONGEST_MS);
  bool is_done = engine_take_this(box->transfer);
  lua_pushboolean(L, is_done);
  return is_done ? 3 + push_answer(L, box) : 3;
}
