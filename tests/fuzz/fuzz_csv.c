/* Any bytes as a CSV file. */
#include "reading.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    as_fuzz_read(bytes, n, AS_FORMAT_CSV);
    return 0;
}
