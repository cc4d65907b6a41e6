/* Key files: secret keys that people sign with, one file a person, readable by nobody else. */
#ifndef AS_CMD_KEY_FILE_H
#define AS_CMD_KEY_FILE_H

#include "data/pack/signatures.h"

/* Makes a key pair and writes the secret half to a new file of mode 0600. AS_ERR_CONFLICT when the file
 * exists. */
enum as_status as_key_file_make(unsigned char key[AS_PUBLIC_KEY], const char *path, struct as_error *error);
/* Reads both halves. AS_ERR_CONFLICT for a file that others can read: whoever read it can sign. AS_ERR_DATA
 * for what is no key. The caller wipes `secret`. */
enum as_status as_key_file_read(unsigned char key[AS_PUBLIC_KEY], unsigned char secret[AS_SECRET_KEY],
                                const char *path, struct as_error *error);

#endif
