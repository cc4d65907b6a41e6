/* Settling: files on their way to the disk, which a thread waits for while whoever wrote them goes on.
 * Internal to host/store. */
#ifndef AS_STORE_SETTLING_H
#define AS_STORE_SETTLING_H

#include "base/status.h"

struct as_settling; /* NULL: no file is */

/* One more, which is closed when it is on the disk. */
enum as_status as_settling_add(struct as_settling **settling, int file, struct as_error *error);
/* Waits until all are, and leaves NULL. */
enum as_status as_settling_end(struct as_settling **settling, struct as_error *error);

#endif
