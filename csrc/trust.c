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

/* The bundle costs about 45 ms to parse, on every connection where a folder is set too, since that
 * turns libcurl's cache off. A hashed folder is read one certificate at a time. */
static trust soonest(const char *file, const char *path) {
  if (path != NULL && has_hashed_names(path))
    return (trust){.path = path, .fallback = file};
  if (file != NULL)
    return (trust){.file = file};
  return (trust){.path = path, .libcurl_default = path == NULL};
}

trust trust_choose(const char *ca_file, const char *ca_path) {
  if (ca_file != NULL || ca_path != NULL)
    return (trust){.file = ca_file, .path = ca_path};
  ca_file = environment("SSL_CERT_FILE");
  ca_path = environment("SSL_CERT_DIR");
  if (ca_file != NULL || ca_path != NULL)
    return soonest(ca_file, ca_path);

  const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
  bool openssl = curl->ssl_version != NULL && strncmp(curl->ssl_version, "OpenSSL/", 8) == 0;
  return openssl ? soonest(curl->cainfo, curl->capath) : (trust){.libcurl_default = true};
}

bool trust_fall_back(trust *t) {
  if (t->fallback == NULL)
    return false;
  *t = (trust){.file = t->fallback};
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
