/* Test quality: what the tests of a pack cover and which changes they notice, as `assay test` prints it. */
#ifndef AS_CMD_TEST_QUALITY_H
#define AS_CMD_TEST_QUALITY_H

#include "cmd/line/context.h"
#include "cmd/packs/test_report.h"

struct as_test_quality {
    struct as_context *context;
    const struct as_test_report *report; /* of the pack at hand */
    bool json;
    int64_t threshold; /* percent; 0: none */
    bool below;        /* some pack's share is below it */
    /* Gathered pack by pack, to print after the results. */
    struct as_buf text, lcov, covered, mutated; /* covered, mutated: JSON objects, separated by commas */
    struct as_progress progress;                /* while mutants are tried */
    struct as_buf survivors;
    uint32_t survived;
};

/* Begins; context and report are borrowed. Close it in any case. */
void as_test_quality_open(struct as_test_quality *quality, struct as_context *context,
                          const struct as_test_report *report);
void as_test_quality_close(struct as_test_quality *quality);

/* Adds the coverage of the pack that report->folder names. */
enum as_status as_test_quality_coverage(struct as_test_quality *quality, const struct as_coverage *coverage,
                                        const struct as_test_rows *rows, const struct as_pack *pack,
                                        struct as_error *error);
/* Tries the mutants of a pack and adds what survived. */
enum as_status as_test_quality_mutate(struct as_test_quality *quality, const struct as_source *source,
                                      const struct as_test_options *tests, struct as_error *error);

/* Appends `,"coverage":[…],"mutation":[…]` as far as there is any. */
void as_test_quality_json(struct as_buf *out, const struct as_test_quality *quality);
/* Prints the text, each line after `indent` ("# " within TAP). */
void as_test_quality_print(const struct as_test_quality *quality, const char *indent);
/* Writes the gathered coverage in the format of lcov. */
enum as_status as_test_quality_lcov(const struct as_test_quality *quality, const char *path,
                                    struct as_error *error);

#endif
