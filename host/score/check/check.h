/* Check: what is wrong with a pack that loads, without running it. */
#ifndef AS_SCORE_CHECK_H
#define AS_SCORE_CHECK_H

#include "score/check/finding.h"
#include "score/tree/pack.h"

/* What a function of the pack reads of the lead, as its source says. */
enum as_access_kind { AS_ACCESS_FIELD, AS_ACCESS_ANSWER, AS_ACCESS_EVENT, AS_ACCESS_METHOD, AS_ACCESS_LIST };
struct as_access {
    enum as_access_kind kind;
    enum as_level level; /* of a field */
    const char *name;
    bool exists;          /* the schema, or the view of a lead, has it */
    const char *near;     /* did you mean; NULL none */
    const char *function; /* the rule or criterion that the function stands in */
    struct as_position position;
};

struct as_check_input {
    const struct as_pack *pack;
    int64_t at; /* seconds: the day against which the agreement is held */
    const struct as_access *accesses;
    uint32_t access_count;
    const struct as_programme_pace *paces; /* by programme; NULL: nobody looked into a database */
};

/* Adds what it finds and sorts the list. AS_ERR_MEMORY. */
enum as_status as_check_pack(struct as_findings *out, const struct as_check_input *input,
                             struct as_error *error);

/* Words of ours, as the pack's lexicon has them, in a text that buyers read. what: whose words it is, for the
 * message: "the title of guide". AS_ERR_MEMORY; AS_ERR_LIMIT: the text is too long. */
enum as_status as_check_text(struct as_findings *out, const struct as_pack *pack, const char *what,
                             struct as_position position, struct as_str text, struct as_error *error);

#endif
