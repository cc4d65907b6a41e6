/* Findings: what a check of a pack can say. Every kind has a stable id, a severity, and a page of text. */
#ifndef AS_SCORE_FINDING_H
#define AS_SCORE_FINDING_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "data/facts/schema.h"

enum as_severity { AS_SEVERITY_ERROR, AS_SEVERITY_WARNING, AS_SEVERITY_INFO };
const char *as_severity_name(enum as_severity severity); /* "error", "warning", "info" */

enum as_finding_id {
    AS_FINDING_LOAD,
    AS_FINDING_PACKS_CONFLICT,
    AS_FINDING_CONDITION_NEVER,
    AS_FINDING_CONDITION_ALWAYS,
    AS_FINDING_PART_NEVER,
    AS_FINDING_PART_IDLE,
    AS_FINDING_SCORE_OUT_OF_REACH,
    AS_FINDING_SCORE_ALWAYS_REACHED,
    AS_FINDING_RULE_DUPLICATE,
    AS_FINDING_DISQUALIFY_DUPLICATE,
    AS_FINDING_GRADE_OUT_OF_REACH,
    AS_FINDING_GRADE_NEVER_BELOW,
    AS_FINDING_GRADE_ORDER,
    AS_FINDING_GATE_BANT_ONLY,
    AS_FINDING_GATE_BANT_EARLY,
    AS_FINDING_GATE_READY_TO_BUY,
    AS_FINDING_GATE_EQUAL,
    AS_FINDING_GATE_ONE_PERSON,
    AS_FINDING_CONTRACT_MISSING,
    AS_FINDING_CONTRACT_UNMAPPED,
    AS_FINDING_LIST_EMPTY,
    AS_FINDING_LIST_UNUSED,
    AS_FINDING_FIELD_UNUSED,
    AS_FINDING_ANSWER_UNUSED,
    AS_FINDING_TRACK_EMPTY,
    AS_FINDING_TRACK_NO_CONTENT,
    AS_FINDING_TRACK_ORDER,
    AS_FINDING_PERSONA_UNUSED,
    AS_FINDING_BANK_THIN,
    AS_FINDING_JARGON,
    AS_FINDING_PROGRAMME_SMALL,
    AS_FINDING_PROGRAMME_SIZE,
    AS_FINDING_PROGRAMME_UNSIZED,
    AS_FINDING_ROUTE_UNREACHABLE,
    AS_FINDING_TEMPLATE_OWNERS,
    AS_FINDING_TEMPLATE_TASK,
    AS_FINDING_TEMPLATE_CONTENT,
    AS_FINDING_TEMPLATE_ALIKE,
    AS_FINDING_BUYERS_MISSING,
    AS_FINDING_BUYERS_UNANSWERED,
    AS_FINDING_AGREEMENT_MISSING,
    AS_FINDING_AGREEMENT_SIGNERS,
    AS_FINDING_AGREEMENT_UNSIGNED,
    AS_FINDING_AGREEMENT_LAPSED,
    AS_FINDING_AGREEMENT_FALSE,
    AS_FINDING_AGREEMENT_NO_REVIEW,
    AS_FINDING_AGREEMENT_OVERDUE,
    AS_FINDING_AGREEMENT_APART,
    AS_FINDING_AGREEMENT_CONTRADICTION,
    AS_FINDING_FUNCTION_UNKNOWN_NAME,
};
enum { AS_FINDING_COUNT = AS_FINDING_FUNCTION_UNKNOWN_NAME + 1 };

struct as_finding_kind {
    const char *id; /* never changes once it was given out: "gate-bant-only" */
    enum as_severity severity;
    const char *what;   /* one sentence: what was found */
    const char *why;    /* why it matters */
    const char *mend;   /* what to do about it, with an example where one helps */
    const char *advice; /* the same in one line, for the list of findings */
};

/* The text of a kind; never NULL. */
const struct as_finding_kind *as_finding_kind(enum as_finding_id id);
/* NULL when no kind has this id; *near then gets the nearest id or NULL. */
const struct as_finding_kind *as_finding_kind_of(struct as_str id, const char **near);

struct as_finding {
    const struct as_finding_kind *kind;
    struct as_position position; /* file inside the pack; file NULL and line 0: the pack as a whole */
    int column;          /* in characters, from 1; 0: not known (found by host/bind, which reads source) */
    const char *message; /* names the offending words; no full stop */
    const char *advice;  /* one line */
};

/* Starts zeroed. */
struct as_findings {
    struct as_arena arena;
    AS_LIST(struct as_finding) list;
    bool failed; /* memory was out: the list is not complete */
};

/* Adds a finding; texts and file are copied. advice NULL: that of the kind. What was found at the same place
 * in the same words is kept once. */
void as_findings_add(struct as_findings *findings, enum as_finding_id id, struct as_position position,
                     const char *advice, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* By file, then line; findings of one line stay in the order they were made. */
void as_findings_sort(struct as_findings *findings);
void as_findings_free(struct as_findings *findings);

#endif
