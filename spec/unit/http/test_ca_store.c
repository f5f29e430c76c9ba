#include "ca_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char folder[] = "/tmp/ca_store.XXXXXX";
static char hashed[sizeof folder + 16], entry[sizeof folder + 64], other[3][sizeof folder + 64];

static void make_file(const char *name) {
  FILE *file = fopen(name, "w");
  need(file != NULL && fclose(file) == 0, "a file");
}

static void make_folders(void) {
  need(mkdtemp(folder) != NULL, "a folder");
  (void)snprintf(hashed, sizeof hashed, "%s/hashed", folder);
  (void)snprintf(entry, sizeof entry, "%s/0a1b2c3d.0", hashed);
  need(mkdir(hashed, 0700) == 0, "a folder");
  make_file(entry);
  static const char *const names[] = {"0a1b2c3dx0", "0a1b2c3d.x", "0a1b2c3g.0"};
  for (int i = 0; i < 3; i++) {
    (void)snprintf(other[i], sizeof other[i], "%s/%s", folder, names[i]);
    make_file(other[i]);
  }
}

static void remove_folders(void) {
  (void)unlink(entry);
  (void)rmdir(hashed);
  for (int i = 0; i < 3; i++)
    (void)unlink(other[i]);
  (void)rmdir(folder);
}

static void set_environment(const char *file, const char *path) {
  file != NULL ? setenv("SSL_CERT_FILE", file, 1) : unsetenv("SSL_CERT_FILE");
  path != NULL ? setenv("SSL_CERT_DIR", path, 1) : unsetenv("SSL_CERT_DIR");
}

/* Chooses by that, and checks what was chosen. */
static void chooses(const char *ca_file, const char *ca_path, const char *file, const char *path,
                    const char *fallback) {
  ca_store s;
  CHECK(ca_store_choose(&s, ca_file, ca_path));
  CHECK_TEXT(file, s.file);
  CHECK_TEXT(path, s.path);
  CHECK_TEXT(fallback, s.fallback);
  ca_store_free(&s);
  CHECK(s.file == NULL && s.path == NULL && s.fallback == NULL);
}

static void choices(void) {
  set_environment("/env.pem", hashed);
  test("the options go before the environment, as they are");
  chooses("/a.pem", NULL, "/a.pem", NULL, NULL);
  chooses(NULL, folder, NULL, folder, NULL);
  chooses("/a.pem", folder, "/a.pem", folder, NULL);
  test("a hashed folder goes before a file, which is then the fallback");
  chooses(NULL, NULL, NULL, hashed, "/env.pem");
  test("a folder without hashed names, or that is not there, does not");
  set_environment("/env.pem", folder);
  chooses(NULL, NULL, "/env.pem", NULL, NULL);
  set_environment("/env.pem", "/nowhere");
  chooses(NULL, NULL, "/env.pem", NULL, NULL);
  test("but is all there is without a file");
  set_environment(NULL, folder);
  chooses(NULL, NULL, NULL, folder, NULL);
  set_environment("/env.pem", "");
  chooses(NULL, NULL, "/env.pem", NULL, NULL);

  test("else it is the system's");
  ca_store s;
  set_environment(NULL, NULL);
  CHECK(ca_store_choose(&s, NULL, NULL));
  CHECK(s.libcurl_default == (s.file == NULL && s.path == NULL));
  ca_store_free(&s);
}

static void falling_back(void) {
  ca_store s;
  test("it falls back once, from the folder to the file");
  set_environment("/env.pem", hashed);
  need(ca_store_choose(&s, NULL, NULL), "memory");
  CHECK(ca_store_fall_back(&s));
  CHECK_TEXT("/env.pem", s.file);
  CHECK_TEXT(NULL, s.path);
  CHECK(!ca_store_fall_back(&s));
  ca_store_free(&s);
}

static void application(void) {
  CURL *easy = curl_easy_init();
  need(easy != NULL, "libcurl");
  ca_store s = {.libcurl_default = true};
  test("it is set on a handle, or left as libcurl was built");
  CHECK_INT(CURLE_OK, ca_store_apply(&s, easy));
  need(ca_store_choose(&s, "/a.pem", folder), "memory");
  CHECK_INT(CURLE_OK, ca_store_apply(&s, easy));
  ca_store_free(&s);
  curl_easy_cleanup(easy);
}

static void no_memory(void) {
  test("out of memory it says so, and what is there can be freed");
  set_environment("/env.pem", hashed);
  for (int i = 0; i < 4; i++) {
    const char *file = i < 2 ? NULL : "/a.pem", *path = i < 2 ? NULL : folder;
    ca_store s;
    memory_ends_after(i % 2);
    CHECK(!ca_store_choose(&s, file, path));
    memory_is_back();
    ca_store_free(&s);
  }
}

void test_ca_store(void);
void test_ca_store(void) {
  make_folders();
  choices();
  falling_back();
  application();
  no_memory();
  set_environment(NULL, NULL);
  remove_folders();
}
