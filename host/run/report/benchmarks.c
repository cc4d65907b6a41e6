/* Benchmarks: what others published, listed with what is known of its source. Printed when it is asked for:
 * it says nothing of one's own leads. */
#include "run/report/reporting.h"

#include "score/statistics/benchmark.h"

#include <string.h>

/* "26 %", "135,000 USD a year" */
static const char *figure(struct as_reporting *r, const struct as_benchmark *benchmark, int i)
{
    char count[AS_COUNT_TEXT];
    if (benchmark->unit[0] == '%')
        return as_report_text(r, "%g %%", benchmark->figure[i]);
    return as_report_text(r, "%s %s", as_count_format(count, (uint64_t)benchmark->figure[i]),
                          benchmark->unit);
}

/* The figures in their places within the sentence. */
static const char *sentence(struct as_reporting *r, const struct as_benchmark *benchmark)
{
    static const char place[] = "…";
    const char *said = "", *rest = benchmark->text, *at;
    for (int i = 0; i < benchmark->figures && (at = strstr(rest, place)) != NULL; i++) {
        said = as_report_text(r, "%s%.*s%s", said, (int)(at - rest), rest, figure(r, benchmark, i));
        rest = at + strlen(place);
    }
    return as_report_text(r, "%s%s", said, rest);
}

enum as_status as_report_benchmarks(struct as_reporting *r, struct as_error *error)
{
    (void)error;
    if (!as_reporting_only(r, AS_REPORT_BENCHMARKS))
        return AS_OK;
    struct as_report_section *section = as_section_new(r, "benchmarks", "Benchmarks");
    for (size_t i = 0; i < as_benchmark_count; i++) {
        const struct as_benchmark *benchmark = &as_benchmarks[i];
        const char *by = benchmark->by != NULL ? benchmark->by : "who asked whom is not said";
        if (benchmark->year != 0)
            by = as_report_text(r, "%s, %d", by, benchmark->year);
        if (benchmark->n != 0)
            by = as_report_text(r, "%s, n %d", by, benchmark->n);
        as_section_figure(r, section, benchmark->key, sentence(r, benchmark), as_figure_text(by), NULL);
    }
    as_section_note(r, section, "Nothing is decided by these: they stand beside our own figures");
    return AS_OK;
}
