/* Checking standings: whether the files beside the database are as they were written, and with the rows over
 * them say where the last decisions left the leads. Files that are not there are no fault: the next run makes
 * them. */
#include "store/companion.h"
#include "store/decisions/kept_standings.h"
#include "store/decisions/last_decisions.h"

#include <stdlib.h>
#include <string.h>

struct checking {
    struct as_found *found;
    struct as_store *store;
};

static void tell(const struct checking *checking, const struct as_standing_file *file, const char *what)
{
    struct as_buf text = {0};
    as_companion_path(&text, checking->store->path, AS_COMPANION_STANDINGS, file->head->sum);
    as_buf_printf(&text, " %s; remove it, the next run makes it anew", what);
    as_found_add(checking->found, as_buf_c(&text));
    as_buf_free(&text);
}

static bool same_prior(const struct as_prior *a, const struct as_prior *b)
{
    return a->decided == b->decided && a->stage == b->stage && a->furthest == b->furthest &&
           a->grade == b->grade && a->verdicts == b->verdicts && a->blocked == b->blocked &&
           a->outside == b->outside && a->attention == b->attention && a->entered == b->entered &&
           a->recycled == b->recycled && a->cool_off == b->cool_off && a->recycles == b->recycles &&
           a->disqualifier == b->disqualifier && a->persona == b->persona && a->decision == b->decision;
}

/* Every lead that was ever decided stands where its last decision left it; one that was erased since is in no
 * file. */
static enum as_status compare(bool *same, const struct as_held_standings *held, struct as_store *store,
                              int64_t model_id, struct as_error *error)
{
    struct as_decided_list list = {.at = NULL};
    struct as_intern *words = as_intern_new();
    enum as_status status =
        words == NULL ? as_error_memory(error) : as_standings_read_words(same, words, store, error);
    if (status == AS_OK)
        status = as_decided_read(&list, store, model_id, INT64_MAX, error);
    for (size_t i = 0; i < list.n && *same && status == AS_OK; i++) {
        struct as_standing_row row;
        struct as_prior prior;
        status = as_prior_after(&prior, words, store, list.at[i].decision, error);
        if (status == AS_OK)
            *same = as_standings_find(&row, held, list.at[i].lead) && same_prior(&prior, &row.prior);
    }
    free(list.at);
    as_intern_free(words);
    return status;
}

static enum as_status check_model(const struct checking *checking, int64_t model_id, struct as_error *error)
{
    struct as_held_standings held;
    enum as_status status = as_standings_hold(&held, checking->store, model_id, error);
    bool whole = true, same = true;
    const unsigned files = status == AS_OK && held.whole ? 2 + held.files->layers : 0;
    for (unsigned i = 0; i < files; i++) {
        const struct as_standing_file *file = i == 0   ? &held.files->base
                                              : i == 1 ? &held.files->due
                                                       : &held.files->layer[i - 2];
        if (!as_standing_file_whole(file)) {
            tell(checking, file, "is not as it was written");
            whole = false;
        }
    }
    if (status == AS_OK && held.whole && whole)
        status = compare(&same, &held, checking->store, model_id, error);
    if (!same)
        tell(checking, &held.files->base, "does not say where the leads stand");
    as_standings_let_go(&held);
    return status;
}

enum as_status as_standings_check(struct as_found *found, struct as_store *store, struct as_error *error)
{
    struct checking checking = {found, store};
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, "SELECT model_id FROM standing_file", "");
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = check_model(&checking, sqlite3_column_int64(stmt, 0), error);
    as_sql_end(store, stmt);
    return status;
}
