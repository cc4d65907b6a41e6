/* Any bytes as an NDJSON file. */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    as_fuzz_read(bytes, n, AS_FORMAT_NDJSON);
    return 0;
}
