/* Mail domains: the tables that the build makes of lists/freemail.txt and lists/disposable.txt, sorted by bytes. */
#ifndef AS_DATA_MAIL_DOMAINS_H
#define AS_DATA_MAIL_DOMAINS_H

#include <stdint.h>

extern const char *const as_freemail_list[];
extern const uint32_t as_freemail_count;
extern const char *const as_disposable_list[];
extern const uint32_t as_disposable_count;

#endif
