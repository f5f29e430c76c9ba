/* Functions of the operating system that the Lua layer needs. */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <lualib.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "c_locale.h"
#include "clock.h"
#include "compat.h"
#include "core.h"

/* now(): seconds on the monotonic clock; only differences are meaningful. */
static int l_now(lua_State *L) {
  lua_pushnumber(L, (lua_Number)monotonic_ms() / 1000);
  return 1;
}

/* Whether all bytes of a word are printable ASCII: none is from 128 on, is 127, or is below a blank. */
static bool is_printable(const unsigned char *text) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t word;
  memcpy(&word, text, sizeof word);
  return ((word | (word + ones) | (word - ones * ' ')) & ones * 128) == 0;
}

static bool is_plain(const unsigned char *text, size_t length) {
  size_t i = 0;
  while (i < length) {
    if (length - i >= sizeof(uint64_t) && is_printable(text + i)) {
      i += sizeof(uint64_t);
      continue;
    }
    unsigned char byte = text[i++];
    if ((byte < ' ' || byte > '~') && byte != '\n' && byte != '\t' && byte != '\r')
      return false;
  }
  return true;
}

/* are_plain(...): whether those of the values that are texts have printable ASCII, line breaks and tabs only. */
static int l_are_plain(lua_State *L) {
  bool are_plain = true;
  for (int i = 1; i <= lua_gettop(L) && are_plain; i++) {
    if (lua_type(L, i) != LUA_TSTRING)
      continue;
    size_t length;
    const char *text = lua_tolstring(L, i, &length);
    are_plain = is_plain((const unsigned char *)text, length);
  }
  lua_pushboolean(L, are_plain);
  return 1;
}

static bool is_within(char byte, char first) {
  return byte >= first && byte < first + 26;
}

/* The argument, with the 26 letters from `first` on in the other case. */
static int change_case(lua_State *L, char first) {
  luaL_checktype(L, 1, LUA_TSTRING);
  size_t length, same = 0;
  const char *text = lua_tolstring(L, 1, &length);
  while (same < length && !is_within(text[same], first))
    same++;
  lua_settop(L, 1);
  if (same == length)
    return 1;
  luaL_Buffer made;
  luaL_buffinit(L, &made);
  luaL_addlstring(&made, text, same);
  for (size_t i = same; i < length; i++)
    luaL_addchar(&made, is_within(text[i], first) ? (char)(text[i] ^ ' ') : text[i]);
  luaL_pushresult(&made);
  return 1;
}

/* small_letters(text), capital_letters(text): the text with the letters A to Z in that case, in every locale. */
static int l_small_letters(lua_State *L) {
  return change_case(L, 'A');
}

static int l_capital_letters(lua_State *L) {
  return change_case(L, 'a');
}

/* time(): seconds since 1970, with fractions. */
static int l_time(lua_State *L) {
  struct timespec now;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  lua_pushnumber(L, (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec / 1e9);
  return 1;
}

/* The file's stream, or NULL if it is closed. */
static FILE *check_file(lua_State *L, int index) {
#if LUA_VERSION_NUM >= 502
  const luaL_Stream *stream = luaL_checkudata(L, index, LUA_FILEHANDLE);
  return stream->closef != NULL ? stream->f : NULL;
#else
  return *(FILE **)luaL_checkudata(L, index, LUA_FILEHANDLE);
#endif
}

/* is_terminal(file): whether an open file of the io library is a terminal. */
static int l_is_terminal(lua_State *L) {
  FILE *file = check_file(L, 1);
  lua_pushboolean(L, file != NULL && isatty(fileno(file)));
  return 1;
}

/* resolver(): how this libcurl resolves names: "threads" or "c-ares", which do not block the
 * process, or "blocking". */
static int l_resolver(lua_State *L) {
  const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
  if (info->ares != NULL)
    lua_pushliteral(L, "c-ares");
  else if (info->features & CURL_VERSION_ASYNCHDNS)
    lua_pushliteral(L, "threads");
  else
    lua_pushliteral(L, "blocking");
  return 1;
}

/* can_yield(): whether the caller's coroutine can yield; true where Lua has no such function. */
static int l_can_yield(lua_State *L) {
  lua_pushboolean(L, compat_isyieldable(L));
  return 1;
}

/* environment(name): the environment variable's value; nil if it is missing or empty. A program may have no
 * library os. */
static int l_environment(lua_State *L) {
  const char *value = getenv(luaL_checkstring(L, 1));
  if (value == NULL || *value == '\0')
    return push_nil(L);
  lua_pushstring(L, value);
  return 1;
}

/* in_c_locale(f, ...): calls f, and returns what it returns. For libraries that write and read numbers as the
 * process's locale has it. Other threads do not notice. f must not yield. */
static int l_in_c_locale(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  locale_t before = enter_c_locale();
  if (before == (locale_t)0)
    return luaL_error(L, "not enough memory");
  int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  leave_c_locale(before);
  return status == 0 ? lua_gettop(L) : lua_error(L);
}

static void push_host(lua_State *L) {
  char host[256];
  if (gethostname(host, sizeof host) != 0)
    host[0] = '\0';
  host[sizeof host - 1] = '\0';
  lua_pushstring(L, host);
}

/* The name of the process's user, or the number if there is no name. */
static void push_user(lua_State *L) {
  char texts[4096];
  struct passwd room, *entry = NULL;
  if (getpwuid_r(geteuid(), &room, texts, sizeof texts, &entry) == 0 && entry != NULL)
    lua_pushstring(L, entry->pw_name);
  else
    lua_pushfstring(L, "%d", (int)geteuid());
}

/* process(): host name, process id and user name of this process. */
static int l_process(lua_State *L) {
  push_host(L);
  lua_pushinteger(L, getpid());
  push_user(L);
  return 3;
}

/* process_exists(pid): whether there is such a process, be it another user's or a zombie. */
static int l_process_exists(lua_State *L) {
  lua_Number pid = luaL_checknumber(L, 1);
  bool is_pid = pid >= 1 && pid <= INT_MAX;
  lua_pushboolean(L, is_pid && (kill((pid_t)pid, 0) == 0 || errno == EPERM));
  return 1;
}

/* Gives nil and the reason of the last failure. */
static int push_failure(lua_State *L, int error) {
  locale_t before = enter_c_locale();
  const char *words = strerror(error); /* in the locale's language */
  leave_c_locale(before);
  lua_pushnil(L);
  lua_pushstring(L, words);
  return 2;
}

/* make_private(path): makes an empty file that only its owner can read and write, or makes one that is there so.
 * What is no regular file, such as a device, stays as it is. True; nil and the reason if it cannot be made, or is
 * another user's. */
static int l_make_private(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  struct stat there;
  if (stat(path, &there) == 0) {
    if (S_ISREG(there.st_mode) && (there.st_mode & 077) != 0 && chmod(path, 0600) != 0)
      return push_failure(L, errno);
  } else {
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0)
      return push_failure(L, errno);
    (void)close(file);
  }
  lua_pushboolean(L, true);
  return 1;
}

/* lock_problem(path): why files beside that path cannot be locked; nil if they can. Tries it on a file of its own,
 * since closing a file drops the locks that the process holds on it. */
static int l_lock_problem(lua_State *L) {
  const char *path = lua_pushfstring(L, "%s-locktest%d", luaL_checkstring(L, 1), (int)getpid());
  int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0)
    return push_nil(L); /* another problem */
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  int error = fcntl(file, F_SETLK, &lock) == 0 ? 0 : errno;
  (void)close(file);
  (void)unlink(path);
  if (error == 0 || error == EACCES || error == EAGAIN)
    return push_nil(L);
  (void)push_failure(L, error);
  return 1;
}

/* file_identity(path): a text that is the same for the same file only: its device and inode; and the
 * file's size in bytes. Nil and the reason where there is none. Opens nothing: closing a file drops
 * the locks that the process holds on it. */
static int l_file_identity(lua_State *L) {
  struct stat file;
  char text[64];
  if (stat(luaL_checkstring(L, 1), &file) != 0)
    return push_failure(L, errno);
  (void)snprintf(text, sizeof text, "%ju:%ju", (uintmax_t)file.st_dev, (uintmax_t)file.st_ino);
  lua_pushstring(L, text);
  lua_pushnumber(L, (lua_Number)file.st_size);
  return 2;
}

void open_system(lua_State *L) {
  static const luaL_Reg functions[] = {{"now", l_now},
                                       {"time", l_time},
                                       {"is_terminal", l_is_terminal},
                                       {"resolver", l_resolver},
                                       {"can_yield", l_can_yield},
                                       {"environment", l_environment},
                                       {"in_c_locale", l_in_c_locale},
                                       {"are_plain", l_are_plain},
                                       {"small_letters", l_small_letters},
                                       {"capital_letters", l_capital_letters},
                                       {"process", l_process},
                                       {"process_exists", l_process_exists},
                                       {"file_identity", l_file_identity},
                                       {"make_private", l_make_private},
                                       {"lock_problem", l_lock_problem},
                                       {NULL, NULL}};
  compat_setfuncs(L, functions, 0);
}
