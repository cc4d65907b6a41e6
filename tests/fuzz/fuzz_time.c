/* Any text as a time, a span, a rate, a number: what is read is written back and read as the same. */
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* The first line is the form, the rest is the text. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct as_str all = {(const char *)bytes, n}, text = all;
    struct as_str form = as_str_cut(&text, '\n');
    char form_text[64], written[AS_TIME_TEXT];
    int64_t seconds, again;
    double number;
    struct as_span span;
    struct as_rate rate;
    if (form.n < sizeof form_text && text.p) {
        memcpy(form_text, form.p, form.n);
        form_text[form.n] = '\0';
        as_time_parse_form(&seconds, text, form_text);
    }
    if (as_time_parse(&seconds, NULL, all) && seconds >= INT64_C(-62167219200)) {
        as_time_format(written, seconds);
        if (!as_time_parse(&again, NULL, as_str_of(written)) || again != seconds)
            abort();
    }
    as_time_parse_at(&seconds, all, 0, NULL);
    as_parse_int(&seconds, all);
    as_parse_number(&number, all);
    as_span_parse(&span, all, NULL);
    as_rate_parse(&rate, all, NULL);
    return 0;
}
