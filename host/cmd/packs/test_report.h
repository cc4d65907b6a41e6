/* Test report: what `assay test` prints, in one of its forms. */
#ifndef AS_CMD_TEST_REPORT_H
#define AS_CMD_TEST_REPORT_H

#include "bind/trial/test_runner.h"
#include "cmd/output/terminal.h"

enum as_test_format { AS_TEST_PRETTY, AS_TEST_TAP, AS_TEST_JUNIT, AS_TEST_JSON };

struct as_test_report {
    enum as_test_format format;
    const struct as_terminal *terminal;
    const char *folder; /* of the pack whose tests run; set by the caller before each pack */
    const char *pack;   /* its name in the report */
    bool verbose;       /* pretty: a line for every case, not only for failed ones */
    struct {            /* pretty: the file whose cases come in */
        char name[AS_ERROR_FILE];
        uint32_t passed, failed, pending;
        bool headed; /* its heading is printed */
    } file;
    uint32_t n;         /* cases so far */
    struct as_buf text; /* JUnit and JSON are printed when all is known */
    struct as_buf more; /* JSON: members that the caller adds to the whole, each after a comma */
};

/* Begins; terminal: borrowed, what is printed goes there. Close it in any case. */
void as_test_report_open(struct as_test_report *report, enum as_test_format format,
                         const struct as_terminal *terminal);
/* One case: printed at once, or kept where the whole is printed at the end. */
enum as_status as_test_report_add(struct as_test_report *report, const struct as_test_result *result,
                                  struct as_error *error);
/* Prints what was held back. JSON is left in report->text, for the context to print. */
enum as_status as_test_report_end(struct as_test_report *report, const struct as_test_totals *totals,
                                  struct as_error *error);
void as_test_report_close(struct as_test_report *report);

#endif
