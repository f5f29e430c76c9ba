/* A set of keys of one or two parts, for many: about 22 bytes for a SID, where a Lua table takes 160. It is exact.
 *
 * Each part is packed into PART bytes: a SID as its two letters and 16 bytes; another short text as its length,
 * which is no letter, and itself. The keys are in buckets without gaps, found by a hash. Linear hashing: when there
 * are too many keys for the buckets, the next bucket in turn is split, so no insertion takes long. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "core.h"

#define KEY_SET "twilio.numbers.key_set"

enum { DIGITS = 32, SID = 2 + DIGITS, PART = 2 + DIGITS / 2, PARTS_MOST = 2 };
enum { KEYS_OF_BUCKET = 32, STEP = 4 }; /* on average; and how many places a full one gets */

typedef struct bucket {
  unsigned char *keys; /* owned */
  unsigned count, room;
} bucket;

typedef struct key_set {
  size_t width;      /* bytes of a key */
  bucket *buckets;   /* owned */
  size_t used, room; /* buckets */
  size_t base;       /* the largest power of two up to used */
  size_t count;      /* keys */
} key_set;

static bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

/* The value of a digit as SIDs are written; -1 for another character. */
static int digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool pack_sid(unsigned char *key, const char *text) {
  if (!is_capital(text[0]) || !is_capital(text[1]))
    return false;
  memcpy(key, text, 2);
  for (size_t i = 0; i < DIGITS / 2; i++) {
    int high = digit(text[2 + 2 * i]), low = digit(text[3 + 2 * i]);
    if (high < 0 || low < 0)
      return false;
    key[2 + i] = (unsigned char)(high << 4 | low);
  }
  return true;
}

/* False for a text that has no place in a key. */
static bool pack(unsigned char *key, const char *text, size_t length) {
  if (length == SID)
    return pack_sid(key, text);
  if (length >= PART)
    return false;
  memset(key, 0, PART);
  key[0] = (unsigned char)length;
  memcpy(key + 1, text, length);
  return true;
}

static uint64_t hash(const unsigned char *key, size_t width) {
  uint64_t h = 14695981039346656037u; /* FNV-1a */
  for (size_t i = 0; i < width; i++)
    h = (h ^ key[i]) * 1099511628211u;
  return h ^ h >> 32;
}

static bucket *bucket_of(const key_set *s, uint64_t h) {
  size_t place = (size_t)h & (2 * s->base - 1);
  return &s->buckets[place < s->used ? place : place - s->base];
}

static bool has(const key_set *s, const bucket *b, const unsigned char *key) {
  for (unsigned i = 0; i < b->count; i++)
    if (memcmp(b->keys + i * s->width, key, s->width) == 0)
      return true;
  return false;
}

static bool put(const key_set *s, bucket *b, const unsigned char *key) {
  if (b->count == b->room) {
    unsigned char *keys = realloc(b->keys, (b->room + STEP) * s->width);
    if (keys == NULL)
      return false;
    b->keys = keys;
    b->room += STEP;
  }
  memcpy(b->keys + b->count++ * s->width, key, s->width);
  return true;
}

/* Gives the room back that a bucket does not need any more. */
static void shrink(const key_set *s, bucket *b) {
  unsigned room = b->count + STEP - 1 - (b->count + STEP - 1) % STEP;
  unsigned char *keys = room > 0 ? realloc(b->keys, room * s->width) : NULL;
  if (keys == NULL)
    return;
  b->keys = keys;
  b->room = room;
}

static bool add_bucket(key_set *s) {
  if (s->used == s->room) {
    size_t room = s->room + s->room / 4 + 4;
    bucket *buckets = realloc(s->buckets, room * sizeof *buckets);
    if (buckets == NULL)
      return false;
    s->buckets = buckets;
    s->room = room;
  }
  s->buckets[s->used] = (bucket){0};
  return true;
}

/* Splits the bucket whose turn it is. False when out of memory: then all is as before. */
static bool split(key_set *s) {
  if (!add_bucket(s))
    return false;
  bucket *old = &s->buckets[s->used - s->base], *new = &s->buckets[s->used];
  for (unsigned i = 0; i < old->count; i++) {
    const unsigned char *key = old->keys + i * s->width;
    if (((size_t)hash(key, s->width) & (2 * s->base - 1)) == s->used && !put(s, new, key)) {
      free(new->keys);
      return false;
    }
  }
  unsigned kept = 0;
  for (unsigned i = 0; i < old->count; i++) {
    const unsigned char *key = old->keys + i * s->width;
    if (((size_t)hash(key, s->width) & (2 * s->base - 1)) != s->used)
      memmove(old->keys + kept++ * s->width, key, s->width);
  }
  old->count = kept;
  shrink(s, old);
  s->used++;
  if (s->used == 2 * s->base)
    s->base = s->used;
  return true;
}

static bool insert(key_set *s, bucket *b, const unsigned char *key) {
  if (!put(s, b, key))
    return false;
  s->count++;
  if (s->count > s->used * KEYS_OF_BUCKET)
    (void)split(s); /* if that fails, a later one makes up for it */
  return true;
}

/* key_set(parts): a set of keys of so many parts. */
static int l_new(lua_State *L) {
  lua_Integer parts = luaL_checkinteger(L, 1);
  luaL_argcheck(L, parts >= 1 && parts <= PARTS_MOST, 1, "1 or 2 expected");
  key_set *s = lua_newuserdata(L, sizeof *s);
  *s = (key_set){.width = (size_t)parts * PART};
  luaL_getmetatable(L, KEY_SET);
  lua_setmetatable(L, -2);
  if (!add_bucket(s))
    return luaL_error(L, "not enough memory");
  s->used = s->base = 1;
  return 1;
}

/* add(text [, text]): whether the key is new; it is in the set then. nil if it has no place in such a set. */
static int l_add(lua_State *L) {
  key_set *s = check_class(L, 1, KEY_SET);
  unsigned char key[PART * PARTS_MOST] = {0};
  for (size_t i = 0; i < s->width / PART; i++) {
    size_t length;
    const char *text = luaL_checklstring(L, 2 + (int)i, &length);
    if (!pack(key + i * PART, text, length))
      return push_nil(L);
  }
  bucket *b = bucket_of(s, hash(key, s->width));
  bool is_new = !has(s, b, key);
  if (is_new && !insert(s, b, key))
    return luaL_error(L, "not enough memory");
  lua_pushboolean(L, is_new);
  return 1;
}

static int l_collect(lua_State *L) {
  key_set *s = check_class(L, 1, KEY_SET);
  for (size_t i = 0; i < s->used; i++)
    free(s->buckets[i].keys);
  free(s->buckets);
  *s = (key_set){.width = s->width};
  return 0;
}

void open_key_set(lua_State *L) {
  static const luaL_Reg methods[] = {{"add", l_add}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", l_collect}, {NULL, NULL}};
  define_class(L, KEY_SET, meta, methods);
  lua_pushcfunction(L, l_new);
  lua_setfield(L, -2, "key_set");
}
