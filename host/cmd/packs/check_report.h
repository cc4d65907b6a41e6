/* Check report: findings for people, for programs, and for the two forms that continuous integration reads.
 */
#ifndef AS_CMD_CHECK_REPORT_H
#define AS_CMD_CHECK_REPORT_H

#include "cmd/output/terminal.h"
#include "score/check/finding.h"

enum as_check_format { AS_CHECK_TEXT, AS_CHECK_JSON, AS_CHECK_SARIF, AS_CHECK_GITHUB };

struct as_check_report {
    enum as_check_format format;
    const struct as_terminal *terminal;
    bool verbose;                         /* text and github: also infos */
    uint32_t count[AS_SEVERITY_INFO + 1]; /* of all packs so far */
    uint32_t packs;
    struct as_buf text; /* JSON and SARIF: the document, complete after as_check_report_end */
};

/* Begins; terminal: borrowed, what is printed goes there. Close it in any case. */
void as_check_report_open(struct as_check_report *report, enum as_check_format format,
                          const struct as_terminal *terminal);
/* folder: what file names begin with. */
enum as_status as_check_report_add(struct as_check_report *report, const char *folder,
                                   const struct as_findings *findings, struct as_error *error);
/* Findings in a file that is no pack; they name it themselves. */
enum as_status as_check_report_add_file(struct as_check_report *report, const struct as_findings *findings,
                                        struct as_error *error);
/* Says how many there were; nothing when there were none. */
enum as_status as_check_report_end(struct as_check_report *report, struct as_error *error);
void as_check_report_close(struct as_check_report *report);

#endif
