/* Preloaded by a spec: looking up a name takes a long time, as it does when no name server
 * answers. */
#include <netdb.h>
#include <unistd.h>

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result) {
  (void)name, (void)service, (void)hints, (void)result;
  sleep(20);
  return EAI_AGAIN;
}
