/* Merged rows: what an import says of leads or accounts that its source merged. The ids that a row lists go
 * on as aliases of it; a row of an id that was merged away stands behind its survivor. */
#include "store/facts/batch.h"

#include "base/limits.h"

static enum as_status merge_into(struct as_facts *facts, enum as_level level, int64_t survivor, int64_t other,
                                 bool *changed, struct as_error *error)
{
    bool apart = false;
    enum as_status status =
        level == AS_LEVEL_LEAD ? as_store_apart(&apart, facts->store, survivor, other, error) : AS_OK;
    /* Who was told to be two stays two, whatever the source has made of them. */
    if (status != AS_OK || apart)
        return status;
    facts->summary.merged++;
    *changed = true;
    if (level == AS_LEVEL_ACCOUNT) {
        facts->any_merged_account = true;
        return as_sql_do(facts->store, error,
                         "UPDATE account SET merged_into = ?, merged_at = ? WHERE id = ?", "iii", survivor,
                         facts->options.now, other);
    }
    facts->any_merged = true;
    return as_merge_leads(facts->store, survivor, other, facts->system, facts->options.now, error);
}

static enum as_status row_of(int64_t *row, struct as_facts *facts, enum as_level level, struct as_str id,
                             struct as_error *error)
{
    return level == AS_LEVEL_LEAD ? as_lead_by_id(row, facts, id, error)
                                  : as_account_by_id(row, facts, id, error);
}

enum as_status as_take_merged(struct as_facts *facts, enum as_level level, struct as_str ids, int64_t row,
                              bool *changed, struct as_error *error)
{
    enum as_status status = ids.n == 0 ? AS_OK : as_survivor(&row, facts->store, level, error);
    while (ids.n > 0 && ids.p != NULL && status == AS_OK) {
        struct as_str id = as_str_trim(as_str_cut(&ids, ';'));
        int64_t other = 0;
        if (id.n == 0 || id.n > AS_MAX_NAME)
            continue;
        status = row_of(&other, facts, level, id, error);
        if (status == AS_OK && other == 0)
            status = as_add_identity(facts, level, facts->system, id, row, true, changed, error);
        else if (status == AS_OK && other != row)
            status = merge_into(facts, level, row, other, changed, error);
    }
    return status;
}

enum as_status as_stand_behind(struct as_facts *facts, enum as_level level, struct as_str id, int64_t row,
                               int64_t survivor, struct as_error *error)
{
    bool ignored;
    enum as_status status = as_own_identity(facts, level, id, row, error);
    if (status == AS_OK)
        status = as_survivor(&survivor, facts->store, level, error);
    return status == AS_OK ? merge_into(facts, level, survivor, row, &ignored, error) : status;
}
