/* Delivery from the command line: what `deliver` and `run --deliver` share. */
#ifndef AS_CMD_DELIVERY_H
#define AS_CMD_DELIVERY_H

#include "cmd/line/context.h"
#include "net/delivery.h"
#include "run/decision/json.h"

/* Sends what is due to the destinations of all packs that decide. policy NULL: $ASSAY_POLICY. Free the result
 * in any case. Sets context->findings when something was not sent that was due. */
enum as_status as_deliver_effects(struct as_delivery_result *out, struct as_context *context,
                                  const char *policy, uint64_t limit, struct as_error *error);

/* By destination what was sent, what comes later and why; what still waits. */
enum as_status as_print_delivery(struct as_context *context, const struct as_delivery_result *result,
                                 struct as_error *error);
/* One object; shape in README.md. */
enum as_status as_delivery_json(struct as_json *json, struct as_context *context,
                                const struct as_delivery_result *result, struct as_error *error);
/* The first destination to which nothing can be sent as things stand becomes the command's error. */
enum as_status as_report_faults(const struct as_delivery_result *result, struct as_error *error);

#endif
