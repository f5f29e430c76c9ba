#include "suites.h"

#include <stddef.h>

#define SUITES(each)                                                                               \
  each(buffer) each(response) each(concurrency_limit) each(retry) each(retry_after)                \
      each(timer_heap) each(transfer) each(transfer_list) each(transfer_queues) each(events)       \
          each(refused_stream) each(secret) each(hmac) each(settings) each(ca_store) each(failure) \
              each(sockets) each(poller) each(process) each(sigpipe) each(waker) each(admission)   \
                  each(connection_peers) each(multi) each(source) each(multipart) each(scheduler)  \
                      each(engine) each(extra_lines) each(receipt) each(pacer) each(time_limit)    \
                          each(parsed_url) each(transfer_request) each(json)

#define DECLARE(module) void test_##module(void);
#define ENTRY(module) {#module, test_##module},

SUITES(DECLARE)

const suite suites[] = {SUITES(ENTRY){NULL, NULL}};
