/* Time zones, read from the system's tzdata (TZif files, RFC 9636). A bundled copy would go stale. */
#ifndef AS_BASE_ZONE_H
#define AS_BASE_ZONE_H

#include "base/status.h"
#include "base/text.h"

struct as_zone;

/* Opens an IANA zone by name, for example "Europe/Berlin". Names with "..", a leading "/" or other
 * characters than A-Z a-z 0-9 _ + - / are refused. AS_ERR_MISSING when there is no such zone.
 * The directory is $TZDIR, else /usr/share/zoneinfo. The caller frees it. */
enum as_status as_zone_open(struct as_zone **out, struct as_str name, struct as_error *error);
void as_zone_free(struct as_zone *zone);

/* Offset from UTC in seconds at an instant; the footer's POSIX TZ rule serves beyond the table. */
int32_t as_zone_offset(const struct as_zone *zone, int64_t seconds);
/* The instant of a local wall-clock time. In a gap (clocks forward) the instant after the gap by the
 * same amount; in a fold (clocks back) the earlier one. */
int64_t as_zone_instant(const struct as_zone *zone, int64_t local_seconds);

/* The release of the database that zones are read from, for example "2025b"; "unknown" where the system does not
 * say. */
enum { AS_ZONES_VERSION = 16 };
char *as_zones_version(char out[AS_ZONES_VERSION]);

#endif
