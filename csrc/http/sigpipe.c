#include "sigpipe.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

/* From 7.87 on libcurl itself writes what OpenSSL sends, and always by send with MSG_NOSIGNAL, as it does
 * without TLS. Before, OpenSSL writes by write. */
static bool is_suppressed(void) {
#if defined(__linux__) && defined(MSG_NOSIGNAL)
  static const unsigned first = 0x075700;
  const curl_version_info_data *libcurl = curl_version_info(CURLVERSION_NOW);
  return libcurl->version_num >= first && libcurl->ssl_version != NULL &&
         strncmp(libcurl->ssl_version, "OpenSSL/", 8) == 0;
#else
  return false;
#endif
}

static void pipe_only(sigset_t *set) {
  (void)sigemptyset(set);
  (void)sigaddset(set, SIGPIPE);
}

void sigpipe_block(sigpipe *guard) {
  sigset_t set;
  pipe_only(&set);
  (void)pthread_sigmask(SIG_BLOCK, &set, &guard->before);
  guard->is_open = guard->is_blocked = true;
}

static bool suppressed;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void ask_libcurl(void) {
  suppressed = is_suppressed();
}

void sigpipe_open(sigpipe *guard) {
  (void)pthread_once(&once, ask_libcurl);
  guard->is_open = true;
  guard->is_blocked = false;
  if (!suppressed)
    sigpipe_block(guard);
}

void sigpipe_begin_connection(sigpipe *guard) {
  if (guard->is_open && !guard->is_blocked)
    sigpipe_block(guard);
}

static void unblock(const sigpipe *guard) {
  sigset_t pending;
  int number;
  if (sigismember(&guard->before, SIGPIPE))
    return;
  (void)sigpending(&pending);
  if (sigismember(&pending, SIGPIPE)) {
    pipe_only(&pending);
    (void)sigwait(&pending, &number);
  }
  (void)pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

void sigpipe_restore(sigpipe *guard) {
  if (guard->is_blocked)
    unblock(guard);
  guard->is_open = guard->is_blocked = false;
}
