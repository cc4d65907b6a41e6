/* Any bytes as a mapping file. */
#include "data/mapping/mapping.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct as_mapping *mapping = NULL;
    struct as_error error = AS_ERROR_INIT;
    enum as_status status =
        as_mapping_parse(&mapping, (struct as_str){(const char *)bytes, n}, "mapping.json", &error);
    if ((status == AS_OK) != (mapping != NULL) || (status != AS_OK && !error.what[0]))
        abort();
    if (mapping)
        as_mapping_system(mapping);
    as_mapping_free(mapping);
    return 0;
}
