/* Identity: the forms of e-mail addresses, hosts and domains by which people and companies are recognised. */
#ifndef AS_DATA_IDENTITY_H
#define AS_DATA_IDENTITY_H

#include "base/status.h"
#include "base/text.h"

/* The public suffix list that comes with libpsl, or a newer one that the system keeps. One per store or run;
 * safe for any number of readers. */
struct as_suffixes;
enum as_status as_suffixes_open(struct as_suffixes **out, struct as_error *error);
void as_suffixes_free(struct as_suffixes *suffixes); /* NULL is fine */
/* Which list this is, for replay: its version or the hash of its file, at most 64 characters. */
const char *as_suffixes_version(const struct as_suffixes *suffixes);

/* Appends the address in the form in which addresses are compared: the trimmed address (without "Name <…>"
 * and "mailto:") with the local part in lower case and the domain in lower-case ASCII (IDNA). RFC 5321 lets a
 * host tell upper from lower case in the local part; none that people use does. Nothing else is removed:
 * "a.b@" and "ab@" stay two. False, with nothing appended, when it is not an address, or when memory ended:
 * out->failed tells. */
bool as_email_normalise(struct as_buf *out, struct as_str address);
/* What follows the "@" of a normalised address; empty when there is none. */
struct as_str as_email_domain(struct as_str normalised);

/* Appends the host of a web address or bare host name, lower-case ASCII (IDNA), without port, user, "www."
 * and trailing dot. False when there is none. IP addresses are hosts. */
bool as_host_of(struct as_buf *out, struct as_str address);

/* Appends the registrable domain of a host, e-mail address or web address: "mail.acme.co.uk" → "acme.co.uk".
 * False for IP addresses, public suffixes themselves and names without a dot; and when memory ended:
 * out->failed tells. */
bool as_registrable_domain(struct as_buf *out, const struct as_suffixes *suffixes, struct as_str address);

/* Mail providers that anybody can join, and throw-away mail: such a domain says nothing about a company.
 * `domain` in lower case; true for its subdomains too (mail.yahoo.com). */
bool as_is_freemail(struct as_str domain);
bool as_is_disposable(struct as_str domain);

/* The same lists, for lists and documentation; *n gets the length. Sorted by bytes. */
const char *const *as_freemail_domains(uint32_t *n);
const char *const *as_disposable_domains(uint32_t *n);

#endif
