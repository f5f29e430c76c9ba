/* The yardstick for many at once: portability checks by libcurl's multi interface alone, as its
 * own examples do it. Name and password, no JSON, no Lua; answers are counted, not kept.
 *
 * usage: bare_multi REQUESTS IN_FLIGHT BASE_URL CA_FILE USER PASSWORD 1.1|2 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IN_FLIGHT_MOST = 1000 };

static const char *base_url;
static size_t bytes;
static long begun, done;

static size_t count_bytes(char *data, size_t size, size_t count, void *user) {
  (void)data, (void)user;
  bytes += size * count;
  return size * count;
}

static void begin(CURLM *multi, CURL *easy) {
  char url[512];
  snprintf(url, sizeof url, "%s/v1/Porting/Portability/PhoneNumber/%%2B1415%07ld", base_url,
           5540000 + begun++ % 9999);
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_multi_add_handle(multi, easy);
}

static CURL *make(char **arguments) {
  CURL *easy = curl_easy_init();
  if (easy == NULL)
    exit(1);
  curl_easy_setopt(easy, CURLOPT_CAINFO, arguments[4]);
  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  curl_easy_setopt(easy, CURLOPT_USERNAME, arguments[5]);
  curl_easy_setopt(easy, CURLOPT_PASSWORD, arguments[6]);
  curl_easy_setopt(
      easy, CURLOPT_HTTP_VERSION,
      (long)(strcmp(arguments[7], "2") == 0 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count_bytes);
  return easy;
}

static void harvest(CURLM *multi, long requests) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
    CURL *easy = message->easy_handle;
    CURLcode code = message->data.result;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, easy);
    if (code != CURLE_OK || status != 200)
      exit(1);
    done++;
    if (begun < requests)
      begin(multi, easy);
    else
      curl_easy_cleanup(easy);
  }
}

int main(int count, char **arguments) {
  if (count != 8)
    return 2;
  long requests = strtol(arguments[1], NULL, 10), in_flight = strtol(arguments[2], NULL, 10);
  base_url = arguments[3];
  if (in_flight > IN_FLIGHT_MOST || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return 2;
  CURLM *multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, in_flight);
  for (long i = 0; i < in_flight && begun < requests; i++)
    begin(multi, make(arguments));
  while (done < requests) {
    int running;
    if (curl_multi_perform(multi, &running) != CURLM_OK)
      return 1;
    harvest(multi, requests);
    if (done < requests)
      curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  curl_multi_cleanup(multi);
  curl_global_cleanup();
  printf("%ld requests, %zu bytes\n", done, bytes);
  return 0;
}
