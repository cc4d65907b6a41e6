/* Coverage of a pack by its rule tests: which states each condition took, and whether it ever decided its
 * root alone. A pure table; host/bind feeds it a trace for every lead that a test had decided.
 */
#ifndef AS_SCORE_COVERAGE_H
#define AS_SCORE_COVERAGE_H

#include "score/model/ledger.h"
#include "score/tree/condition.h"

/* One condition: a leaf wherever it stands, or the whole of a root that joins several. */
struct as_covered {
    const struct as_expr *expr;
    const struct as_root *root; /* the first in which it stands */
    uint64_t times[4];          /* by enum as_tri */
    bool never_no;              /* by what its operator means, it is yes or unknown */
};
/* One leaf in one root. */
struct as_decided {
    const struct as_root *root;
    const struct as_expr *leaf;
    uint32_t condition; /* index into conditions */
    bool when_yes,
        when_no; /* being so, it decided the root alone; when_no from the start if it can never be */
};

struct as_coverage {
    struct as_arena arena;
    struct as_roots roots;
    AS_LIST(struct as_covered) conditions; /* by file and line, then as declared */
    AS_LIST(struct as_decided) decided;    /* root by root, leaf by leaf */
};

/* Every root and leaf of the pack, none of them seen yet. The pack is borrowed; on failure nothing is open.
 */
enum as_status as_coverage_open(struct as_coverage *coverage, const struct as_pack *pack,
                                struct as_error *error);
void as_coverage_close(struct as_coverage *coverage);

/* Adds what one decided lead showed of a root; states go with root->leaves. */
void as_coverage_note(struct as_coverage *coverage, const struct as_root *root, const enum as_tri *states);
/* The same for all roots, from the lead's trace. */
void as_coverage_add(struct as_coverage *coverage, const struct as_trace *trace);

/* Adds what another saw of the same pack, loaded for itself. */
void as_coverage_merge(struct as_coverage *into, const struct as_coverage *from);

/* Yes and no were both seen, or all of them that can be. */
static inline bool as_covered_both(const struct as_covered *condition)
{
    return condition->times[AS_YES] > 0 && (condition->never_no || condition->times[AS_NO] > 0);
}

struct as_coverage_sum {
    uint32_t conditions, covered; /* covered: was yes, and was no */
    uint32_t unknown;             /* conditions that were unknown (or not measurable) at least once */
    uint32_t leaves, decided;     /* decided: alone, both being yes and being no (MC/DC) */
};
/* Sums over one file, or over all when it is NULL. */
struct as_coverage_sum as_coverage_sum_of(const struct as_coverage *coverage, const char *file);

/* Appends facts of a description under which the condition would be yes or no, as a line of a rule test:
 * `account = { employees = 199 }`. False when its operator and literals do not say. */
bool as_condition_example(struct as_buf *out, const struct as_expr *expr, enum as_tri wanted,
                          const struct as_pack *pack);

#endif
