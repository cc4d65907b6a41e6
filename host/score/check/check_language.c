/* Language: words of ours, as the pack's lexicon has them, in what buyers read. */
#include "score/check/check_parts.h"

#include "base/limits.h"
#include "data/identity/fold.h"

#include <stdio.h>

enum as_status as_check_text(struct as_findings *out, const struct as_pack *pack, const char *what,
                             struct as_position position, struct as_str text, struct as_error *error)
{
    struct as_buf folded = {0};
    char advice[AS_MAX_NAME * 2 + 32];
    enum as_status status = as_fold(&folded, text, error);
    for (uint32_t i = 0; i < pack->lexicon.n && status == AS_OK; i++) {
        const struct as_phrase *phrase = &pack->lexicon.at[i];
        if (phrase->instead == NULL ||
            !as_fold_has_word((struct as_str){as_buf_c(&folded), folded.n}, as_str_of(phrase->folded)))
            continue;
        snprintf(advice, sizeof advice, "buyers say \"%.250s\"", phrase->instead);
        as_findings_add(out, AS_FINDING_JARGON, position, advice, "%s says \"%s\", which buyers do not", what,
                        phrase->text);
    }
    as_buf_free(&folded);
    return status;
}

void as_check_language(struct as_checking *checking)
{
    const struct as_schema *schema = checking->pack->rules.schema;
    struct as_error error = AS_ERROR_INIT;
    for (uint32_t i = 0; i < schema->fields.n && checking->pack->lexicon.n > 0; i++) {
        const struct as_field *field = schema->fields.at[i];
        struct as_position position = field->position;
        char what[AS_MAX_NAME + 24];
        if (field->ask == NULL || !as_own_position(&position, checking->pack))
            continue;
        snprintf(what, sizeof what, "the question of \"%s\"", field->name);
        checking->out->failed |= as_check_text(checking->out, checking->pack, what, position,
                                               as_str_of(field->ask), &error) == AS_ERR_MEMORY;
    }
}
