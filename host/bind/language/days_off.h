/* Days off: the tables of holidays that packs keep, for whatever counts days. */
#ifndef AS_BIND_DAYS_OFF_H
#define AS_BIND_DAYS_OFF_H

#include "bind/language/loading.h"

/* Reads date,country from a file of the pack; a day without a country is one everywhere. by_country: somebody
 * says who is where, so that the column has to be there; else a country in it is a fault, and `instead` what
 * to write. *out is empty at first, in order of days afterwards. A fault is set with its file and line. */
enum as_status as_days_off_read(struct as_days_off *out, struct as_loading *loading, const char *path,
                                bool by_country, const char *instead, struct as_error *error);

#endif
