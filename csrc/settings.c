#include "settings.h"

#include <stdlib.h>

#include "wipe.h"

void settings_free(settings *s) {
  free(s->user_agent);
  wipe_free(s->proxy);
  free(s->ca_file);
  free(s->ca_path);
  *s = (settings){0};
}
