#include "extra_lines.h"

#include <stdlib.h>
#include <string.h>

bool extra_lines_copy(struct curl_slist **list, const char *const *lines, size_t count,
                      struct curl_slist *rest) {
  *list = rest;
  while (count > 0) {
    const char *line = lines[--count];
    size_t size = strlen(line) + 1;
    struct curl_slist *node = malloc(sizeof *node);
    char *text = malloc(size);
    if (node == NULL || text == NULL) {
      free(node);
      free(text);
      extra_lines_free(list, rest);
      return false;
    }
    memcpy(text, line, size);
    *node = (struct curl_slist){text, *list};
    *list = node;
  }
  return true;
}

void extra_lines_free(struct curl_slist **list, struct curl_slist *rest) {
  while (*list != rest) {
    struct curl_slist *node = *list;
    *list = node->next;
    free(node->data);
    free(node);
  }
}
