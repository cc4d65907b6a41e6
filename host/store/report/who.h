/* Who: the columns that say who a lead is. Internal to host/store. */
#ifndef AS_STORE_WHO_H
#define AS_STORE_WHO_H

#include "store/database.h"
#include "store/report/report.h"

/* To be followed by FROM lead l LEFT JOIN account a ON a.id = l.account_id; AS_WHO_WIDTH columns. */
#define AS_WHO_COLUMNS                                                                                       \
    " l.id, l.account_id, coalesce(l.name, nullif(trim(coalesce(l.first_name, '') || ' ' ||"                 \
    " coalesce(l.last_name, '')), ''), l.email, (SELECT i.value FROM identity i WHERE i.lead_id = l.id"      \
    " ORDER BY i.alias, i.system, i.value LIMIT 1), '#' || l.id), l.email, l.title,"                         \
    " coalesce(a.name, l.company), (SELECT i.system FROM identity i WHERE i.lead_id = l.id"                  \
    " AND i.system <> 'email' ORDER BY i.alias, i.system, i.known_at, i.value LIMIT 1),"                     \
    " (SELECT i.value FROM identity i WHERE i.lead_id = l.id AND i.system <> 'email'"                        \
    " ORDER BY i.alias, i.system, i.known_at, i.value LIMIT 1), (SELECT i.value FROM account_identity i"     \
    " WHERE i.account_id = l.account_id AND i.system <> 'domain'"                                            \
    " ORDER BY i.alias, i.system, i.known_at, i.value LIMIT 1)"
enum { AS_WHO_WIDTH = 9 };

struct as_who as_who_read(sqlite3_stmt *stmt, int column);

#endif
