#include "trust.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

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

static bool set(trust *t, const char *file, const char *path, const char *fallback) {
  t->file = file != NULL ? strdup(file) : NULL;
  t->path = path != NULL ? strdup(path) : NULL;
  t->fallback = fallback != NULL ? strdup(fallback) : NULL;
  t->libcurl_default = file == NULL && path == NULL;
  return (file == NULL || t->file != NULL) && (path == NULL || t->path != NULL) &&
         (fallback == NULL || t->fallback != NULL);
}

/* The bundle costs about 45 ms to parse, on every connection where a folder is set too, since that
 * turns libcurl's cache off. A hashed folder is read one certificate at a time. */
static bool set_soonest(trust *t, const char *file, const char *path) {
  if (path != NULL && has_hashed_names(path))
    return set(t, NULL, path, file);
  return file != NULL ? set(t, file, NULL, NULL) : set(t, NULL, path, NULL);
}

bool trust_choose(trust *t, const char *ca_file, const char *ca_path) {
  *t = (trust){0};
  if (ca_file != NULL || ca_path != NULL)
    return set(t, ca_file, ca_path, NULL);
  ca_file = environment("SSL_CERT_FILE");
  ca_path = environment("SSL_CERT_DIR");
  if (ca_file != NULL || ca_path != NULL)
    return set_soonest(t, ca_file, ca_path);

  const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
  bool openssl = curl->ssl_version != NULL && strncmp(curl->ssl_version, "OpenSSL/", 8) == 0;
  return openssl ? set_soonest(t, curl->cainfo, curl->capath) : set(t, NULL, NULL, NULL);
}

void trust_free(trust *t) {
  free(t->file);
  free(t->path);
  free(t->fallback);
  *t = (trust){0};
}

bool trust_fall_back(trust *t) {
  if (t->fallback == NULL)
    return false;
  free(t->path);
  t->path = NULL;
  t->file = t->fallback;
  t->fallback = NULL;
  return true;
}

CURLcode trust_apply(const trust *t, CURL *easy) {
  if (t->libcurl_default)
    return CURLE_OK;
  CURLcode code = curl_easy_setopt(easy, CURLOPT_CAINFO, t->file);
  if (code == CURLE_OK)
    code = curl_easy_setopt(easy, CURLOPT_CAPATH, t->path);
  return code;
}
