/* Contacts: when sales first spoke with the people of deals, and what leads had read until they were worth a
 * call. */
#ifndef AS_STORE_REPORT_CONTACTS_H
#define AS_STORE_REPORT_CONTACTS_H

#include "store/store.h"

/* Of the kinds of events: those in which a person of ours spoke with the lead. */
#define AS_SQL_IN_PERSON "name IN ('sales_touch', 'call_made', 'meeting_held')"

/* The first time that a person of ours touched, called or met somebody of a deal. */
typedef enum as_status (*as_first_contact_fn)(void *context, int64_t deal, int64_t time,
                                              struct as_error *error);
/* By deal; deals whose people were never contacted are left out. */
enum as_status as_store_first_contacts(struct as_store *store, int64_t at, as_first_contact_fn each,
                                       void *context, struct as_error *error);

/* How often a lead, with those merged into it, looked at content of ours up to a time. */
enum as_status as_store_interactions(uint64_t *count, struct as_store *store, int64_t lead, int64_t until,
                                     struct as_error *error);

#endif
