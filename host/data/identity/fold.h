/* Fold: the form in which text of buyers is compared: NFKC, case folded. Two texts that a person would call
 * the same word fold to the same bytes. */
#ifndef AS_DATA_FOLD_H
#define AS_DATA_FOLD_H

#include "base/status.h"
#include "base/text.h"

/* Appends the folded text: Unicode NFKC with case folding, default ignorable code points removed, white space at both
 * ends removed and inner runs of it made one blank. Bytes that are not UTF-8 become U+FFFD. AS_ERR_LIMIT beyond
 * AS_MAX_TEXT. */
enum as_status as_fold(struct as_buf *out, struct as_str text, struct as_error *error);

/* True when the folded `word` stands in the folded `text` between word borders (anything that is neither a letter, nor a
 * digit, nor a mark, nor "_"). A word of several words must stand as a whole; the empty word stands nowhere. */
bool as_fold_has_word(struct as_str folded_text, struct as_str folded_word);

/* Versions of Unicode and of the library that knows it: "15.0.0 (utf8proc 2.8.0)". */
void as_fold_version(struct as_buf *out);

/* True when the bytes are well-formed UTF-8 without NUL. *at gets the offset of the first bad byte; may be NULL. */
bool as_utf8_valid(struct as_str text, size_t *at);

/* Decodes one code point at *at and moves *at behind it; U+FFFD for a malformed byte (moves by 1). *at < text.n. */
uint32_t as_utf8_next(struct as_str text, size_t *at);

#endif
