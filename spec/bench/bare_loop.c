/* The yardstick: the same requests by libcurl alone, one easy handle used again and again, no
 * JSON, no Lua. The answer is counted, not kept.
 *
 * usage: bare_loop REQUESTS BASE_URL SID|PATH CA_FILE USER PASSWORD [same]
 *
 * With "same" it asks as the binding does: user agent, gzip, timeouts. Without, it is the least
 * that gets an answer. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count_bytes(char *bytes, size_t size, size_t count, void *total) {
  (void)bytes;
  *(size_t *)total += size * count;
  return size * count;
}

static void ask_as_the_binding(CURL *easy) {
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "twilio-numbers-lua/0.1.0 (Lua 5.4)");
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
}

int main(int count, char **arguments) {
  if (count != 7 && !(count == 8 && strcmp(arguments[7], "same") == 0))
    return 2;
  long requests = strtol(arguments[1], NULL, 10);
  char url[512];
  const char *path = arguments[3][0] == '/' ? "" : "/v1/Porting/PortIn/";
  snprintf(url, sizeof url, "%s%s%s", arguments[2], path, arguments[3]);
  size_t total = 0;
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return 1;
  CURL *easy = curl_easy_init();
  if (easy == NULL)
    return 1;
  curl_easy_setopt(easy, CURLOPT_CAINFO, arguments[4]);
  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  curl_easy_setopt(easy, CURLOPT_USERNAME, arguments[5]);
  curl_easy_setopt(easy, CURLOPT_PASSWORD, arguments[6]);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count_bytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &total);
  if (count == 8)
    ask_as_the_binding(easy);
  for (long i = 0; i < requests; i++) {
    long status = 0;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    if (curl_easy_perform(easy) != CURLE_OK)
      return 1;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
      return 1;
  }
  printf("%ld requests, %zu bytes\n", requests, total);
  curl_easy_cleanup(easy);
  curl_global_cleanup();
  return 0;
}
