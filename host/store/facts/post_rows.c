/* Post rows: what members of a community write. A post knows its member by the name there and by an address;
 * whose lead that is is looked up when posts are read, since members become leads later. */
#include "store/facts/batch.h"

#include "base/limits.h"
#include "base/time.h"
#include "data/identity/fold.h"

#include <string.h>

struct post_row {
    struct as_str id, member, email, community, text;
    struct as_buf address, tags; /* email as identities have it; tags as a JSON array, folded, each once */
    int64_t time;
};

/* "#Onboarding" and "onboarding" are one tag. Exports part tags by ";" or by ",": no tag has either. */
static enum as_status read_tags(struct post_row *row, struct as_str tags, struct as_error *error)
{
    struct as_buf folded = {0}, seen = {0}; /* ";one;two;" */
    enum as_status status = AS_OK;
    as_buf_char(&row->tags, '[');
    as_buf_char(&seen, ';');
    while (tags.n > 0 && status == AS_OK) {
        size_t n = 0;
        while (n < tags.n && tags.p[n] != ';' && tags.p[n] != ',')
            n++;
        struct as_str tag = as_str_trim((struct as_str){tags.p, n});
        n += n < tags.n;
        tags = (struct as_str){tags.p + n, tags.n - n};
        for (; tag.n > 0 && tag.p[0] == '#'; tag.n--)
            tag.p++;
        if (tag.n > AS_MAX_NAME)
            status = as_error_set(error, AS_ERR_DATA, "a tag is longer than %d bytes", AS_MAX_NAME);
        as_buf_reset(&folded);
        as_buf_char(&folded, ';');
        if (status == AS_OK)
            status = as_fold(&folded, tag, error);
        as_buf_char(&folded, ';');
        if (status != AS_OK || folded.n <= 2 || strstr(as_buf_c(&seen), as_buf_c(&folded)) != NULL)
            continue;
        as_buf_text(&seen, as_buf_c(&folded) + 1);
        if (row->tags.n > 1)
            as_buf_char(&row->tags, ',');
        as_buf_json(&row->tags, (struct as_str){as_buf_c(&folded) + 1, folded.n - 2});
    }
    as_buf_char(&row->tags, ']');
    if (status == AS_OK && (row->tags.failed || seen.failed || folded.failed))
        status = as_error_memory(error);
    as_buf_free(&folded);
    as_buf_free(&seen);
    return status;
}

static enum as_status read_row(struct post_row *row, struct as_facts *facts, struct as_error *error)
{
    bool said;
    row->id = as_said(facts, "id", &said);
    row->member = as_said(facts, "member", &said);
    row->community = as_said(facts, "community", &said);
    row->text = as_said(facts, "text", &said);
    row->email = as_said(facts, "email", &said);
    struct as_str tags = as_said(facts, "tags", &said);
    row->community = row->community.n > 0 ? row->community : AS_STR("");
    row->text = row->text.n > 0 ? row->text : AS_STR("");
    /* Some boards know their members by address alone. */
    if (row->email.n == 0 && row->member.n > 0 && memchr(row->member.p, '@', row->member.n) != NULL)
        row->email = row->member;
    if (row->email.n > 0)
        as_email_identity(&row->address, row->email);
    row->email = as_str_of(as_buf_c(&row->address));
    if (row->member.n == 0)
        row->member = row->email;
    if (row->member.n == 0)
        return as_error_set(error, AS_ERR_DATA, "member is empty");
    if (row->text.n == 0 && tags.n == 0)
        return as_error_set(error, AS_ERR_DATA, "text is empty, and so are tags");
    if (row->member.n > AS_MAX_NAME || row->id.n > AS_MAX_NAME || row->community.n > AS_MAX_NAME)
        return as_error_set(error, AS_ERR_DATA, "id, member or community is longer than %d bytes",
                            AS_MAX_NAME);
    if (row->text.n > AS_MAX_TEXT)
        return as_error_set(error, AS_ERR_DATA, "text is longer than %d bytes", AS_MAX_TEXT);
    enum as_status status = as_said_time(&row->time, facts, "at", error);
    if (status == AS_OK && row->time == AS_TIME_NONE)
        status = as_error_set(error, AS_ERR_DATA, "at is empty");
    if (status == AS_OK)
        status = read_tags(row, tags, error);
    if (status == AS_OK && facts->any_erased && row->email.n > 0)
        status = as_refuse_erased(facts, "email", "email", row->email, error);
    return status == AS_OK && facts->any_erased
               ? as_refuse_erased(facts, "member", facts->system, row->member, error)
               : status;
}

static int64_t content_of(const struct post_row *row)
{
    const struct as_str parts[] = {row->member, row->email, row->community, row->text,
                                   as_str_of(as_buf_c(&row->tags))};
    uint64_t hash = AS_CONTENT_HASH;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        hash = as_content_hash(hash, &parts[i].n, sizeof parts[i].n);
        if (parts[i].n > 0)
            hash = as_content_hash(hash, parts[i].p, parts[i].n);
    }
    return (int64_t)hash;
}

/* A post with an id of its own may be edited; of others, a row that an earlier import brought is that one. */
static enum as_status keep(const struct post_row *row, struct as_facts *facts, bool *changed,
                           struct as_error *error)
{
    struct as_store *store = facts->store;
    int64_t id = 0, hash = content_of(row);
    bool found = false;
    struct as_str tags = as_str_of(as_buf_c(&row->tags));
    enum as_status status =
        row->id.n > 0 ? as_sql_get(&id, &found, store, error,
                                   "SELECT id FROM post WHERE system = ? AND external_id = ?", "ts",
                                   facts->system, row->id)
                      : as_sql_get(&id, &found, store, error,
                                   "SELECT id FROM post WHERE time = ? AND hash = ? AND external_id IS NULL"
                                   " AND batch_id <> ?",
                                   "iii", row->time, hash, facts->batch_id);
    if (status != AS_OK)
        return status;
    if (found)
        status = as_sql_do(store, error,
                           "UPDATE post SET time = ?, member = ?, email = nullif(?, ''), community = ?,"
                           " tags = ?, text = ?, hash = ?7, batch_id = ?"
                           " WHERE id = ? AND (hash <> ?7 OR time <> ?1)",
                           "isssssiii", row->time, row->member, row->email, row->community, tags, row->text,
                           hash, facts->batch_id, id);
    else
        status = as_sql_do(store, error,
                           "INSERT INTO post(system, external_id, time, member, email, community, tags, text,"
                           " hash, known_at, batch_id)"
                           " VALUES(?, nullif(?, ''), ?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?)",
                           "tsisssssiii", facts->system, row->id, row->time, row->member, row->email,
                           row->community, tags, row->text, hash, facts->options.now, facts->batch_id);
    *changed = status == AS_OK && sqlite3_changes(store->db) > 0;
    as_facts_count(facts, !found, changed);
    return status;
}

enum as_status as_put_post(struct as_facts *facts, bool *changed, struct as_error *error)
{
    struct post_row row = {.time = AS_TIME_NONE};
    enum as_status status = read_row(&row, facts, error);
    if (status == AS_OK)
        status = keep(&row, facts, changed, error);
    as_buf_free(&row.address);
    as_buf_free(&row.tags);
    return status;
}
