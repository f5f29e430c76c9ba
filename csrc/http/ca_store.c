#include "ca_store.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* c_rehash names its links after the subject: eight hexadecimal digits, a dot, a number. */
static bool is_hashed_name(const char *name) {
  for (int i = 0; i < 8; i++)
    if (!isxdigit((unsigned char)name[i]))
      return false;
  return name[8] == '.' && isdigit((unsigned char)name[9]);
}

static bool has_hashed_names(const char *path) {
  DIR *folder = opendir(path);
  if (folder == NULL)
    return false;
  bool found = false;
  for (struct dirent *entry; !found && (entry = readdir(folder)) != NULL;)
    found = is_hashed_name(entry->d_name);
  closedir(folder);
  return found;
}

static const char *environment(const char *name) {
  const char *value = getenv(name);
  return value != NULL && *value != '\0' ? value : NULL;
}

static bool set(ca_store *s, const char *file, const char *path, const char *fallback) {
  s->file = file != NULL ? strdup(file) : NULL;
  s->path = path != NULL ? strdup(path) : NULL;
  s->fallback = fallback != NULL ? strdup(fallback) : NULL;
  s->libcurl_default = file == NULL && path == NULL;
  return (file == NULL || s->file != NULL) && (path == NULL || s->path != NULL) &&
         (fallback == NULL || s->fallback != NULL);
}

/* Parsing the bundle takes about 45 ms. libcurl caches the result, except where a folder is set
 * too: then every connection parses it again. A hashed folder is read one certificate at a time. */
static bool set_fastest(ca_store *s, const char *file, const char *path) {
  if (path != NULL && has_hashed_names(path))
    return set(s, NULL, path, file);
  return file != NULL ? set(s, file, NULL, NULL) : set(s, NULL, path, NULL);
}

bool ca_store_choose(ca_store *s, const char *ca_file, const char *ca_path) {
  *s = (ca_store){0};
  if (ca_file != NULL || ca_path != NULL)
    return set(s, ca_file, ca_path, NULL);
  ca_file = environment("SSL_CERT_FILE");
  ca_path = environment("SSL_CERT_DIR");
  if (ca_file != NULL || ca_path != NULL)
    return set_fastest(s, ca_file, ca_path);

  const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
  bool openssl = curl->ssl_version != NULL && strncmp(curl->ssl_version, "OpenSSL/", 8) == 0;
  return openssl ? set_fastest(s, curl->cainfo, curl->capath) : set(s, NULL, NULL, NULL);
}

void ca_store_free(ca_store *s) {
  free(s->file);
  free(s->path);
  free(s->fallback);
  *s = (ca_store){0};
}

bool ca_store_fall_back(ca_store *s) {
  if (s->fallback == NULL)
    return false;
  free(s->path);
  s->path = NULL;
  s->file = s->fallback;
  s->fallback = NULL;
  return true;
}

static bool is_forbidden(const char *path) {
  int descriptor = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
  bool forbidden = path != NULL && descriptor < 0 && errno == EACCES;
  if (descriptor >= 0)
    (void)close(descriptor);
  return forbidden;
}

bool ca_store_is_forbidden(const ca_store *s) {
  return is_forbidden(s->file) || is_forbidden(s->path);
}

CURLcode ca_store_apply(const ca_store *s, CURL *easy) {
  if (s->libcurl_default)
    return CURLE_OK;
  CURLcode code = curl_easy_setopt(easy, CURLOPT_CAINFO, s->file);
  if (code == CURLE_OK)
    code = curl_easy_setopt(easy, CURLOPT_CAPATH, s->path);
  return code;
}
