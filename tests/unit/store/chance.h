/* Random imports from a fixed seed, and everything a snapshot says written out, for tests that compare
 * snapshots. */
#ifndef ASSAY_TEST_STORE_CHANCE_H
#define ASSAY_TEST_STORE_CHANCE_H

#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>

enum { LEADS = 14, ACCOUNTS = 6 };

static uint64_t seed;

static inline unsigned pick(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)((seed >> 20) % n);
}

/* Kills the child at some moment within so many microseconds after it has written a byte into the gate, and
 * closes that. */
static inline void kill_after(pid_t child, int gate[2], unsigned most)
{
    char started;
    int how;
    assert_int_equal(read(gate[0], &started, 1), 1);
    usleep((useconds_t)pick(most));
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    close(gate[0]);
    close(gate[1]);
}

static inline const char *number(unsigned n)
{
    static char texts[8][16];
    static unsigned next;
    char *text = texts[next++ & 7];
    snprintf(text, 16, "%u", n);
    return text;
}

static inline void dump_log(struct as_buf *out, const struct as_dataset *d, const struct as_event_log *log,
                            uint32_t row)
{
    for (uint32_t e = log->start[row]; e < log->end[row]; e++) {
        as_buf_printf(out, " %u:%s", log->time[e], d->schema->kinds.at[log->kind[e]]->name);
        for (uint32_t p = 0; p < d->schema->properties.n; p++)
            if (log->property[p] != NULL && as_bit(log->property[p]->known, e)) {
                as_buf_char(out, '=');
                as_column_show(out, log->property[p], e);
            }
    }
}

static inline void dump_fields(struct as_buf *out, const struct as_dataset *d, enum as_level level,
                               uint32_t row)
{
    for (uint32_t i = 0; i < d->schema->fields.n; i++) {
        const struct as_field *field = d->schema->fields.at[i];
        const struct as_column *column = field->ask != NULL ? d->answer[i].value : d->field[i];
        if (field->level != level || column == NULL || !as_bit(column->known, row))
            continue;
        as_buf_printf(out, " %s=", field->name);
        if (field->type == AS_TYPE_REFERENCE)
            as_buf_printf(
                out, "#%lld",
                (long long)(field->target == AS_LEVEL_LEAD ? d->lead_id : d->account_id)[column->code[row]]);
        else
            as_column_show(out, column, row);
        if (field->ask != NULL)
            as_buf_printf(out, "/%d/%u/%lld", as_bit(d->answer[i].stated, row), d->answer[i].voices[row],
                          (long long)d->answer[i].time[row]);
    }
}

/* Frees the dataset. */
static inline char *written(struct as_dataset *d)
{
    struct as_buf out = {0};
    for (uint32_t row = 0; row < d->leads; row++) {
        as_buf_printf(&out, "lead %lld of %lld:", (long long)d->lead_id[row],
                      d->lead_account[row] == AS_NO_INDEX ? 0LL
                                                          : (long long)d->account_id[d->lead_account[row]]);
        dump_fields(&out, d, AS_LEVEL_LEAD, row);
        dump_log(&out, d, &d->lead_events, row);
        for (uint32_t i = d->touches.start == NULL ? 0 : d->touches.start[row];
             d->touches.start != NULL && i < d->touches.start[row + 1]; i++)
            as_buf_printf(&out, " touch %lld %s", (long long)d->touches.at[i].time,
                          as_intern_text(d->channels, d->touches.at[i].channel).p);
        for (uint32_t i = d->consents.start == NULL ? 0 : d->consents.start[row];
             d->consents.start != NULL && i < d->consents.start[row + 1]; i++)
            as_buf_printf(&out, " consent %d %s %lld", d->consents.at[i].state,
                          d->consents.at[i].channel == AS_NO_INDEX
                              ? "any"
                              : as_intern_text(d->channels, d->consents.at[i].channel).p,
                          (long long)d->consents.at[i].time);
        as_buf_char(&out, '\n');
    }
    for (uint32_t row = 0; row < d->accounts; row++) {
        as_buf_printf(&out, "account %lld:", (long long)d->account_id[row]);
        dump_fields(&out, d, AS_LEVEL_ACCOUNT, row);
        dump_log(&out, d, &d->account_events, row);
        as_buf_char(&out, '\n');
    }
    for (uint32_t i = 0; i < d->schema->kinds.n; i++)
        as_buf_printf(&out, "%d", d->kind_state[i]);
    as_dataset_free(d);
    assert_false(out.failed);
    return out.p;
}

static inline char *dump(struct world *w, int64_t at, int64_t known_at)
{
    return written(snapshot(w, at, known_at));
}

static inline void put_lead(struct world *w)
{
    char id[16], email[48], account[16];
    unsigned n = pick(LEADS);
    snprintf(id, sizeof id, "L%u", n);
    snprintf(email, sizeof email, "p%u@corp%u.com", n, pick(ACCOUNTS));
    snprintf(account, sizeof account, "A%u", pick(ACCOUNTS));
    give(w, AS_IMPORT_LEADS, "id", id, "email", pick(2) ? email : "", "account_id",
         pick(4) == 0 ? account : "", "title", pick(3) ? number(pick(5)) : "", "product_interest",
         pick(2) ? "b; a" : "a", "bounced_hard", pick(2) ? "true" : "", "created",
         pick(2) ? "2026-01-05" : "2026-01-06", "company", pick(3) ? "" : "Company three");
}

static inline void put_account(struct world *w)
{
    char id[16], domain[32], parent[16];
    unsigned n = pick(ACCOUNTS);
    snprintf(id, sizeof id, "A%u", n);
    snprintf(domain, sizeof domain, "corp%u.com", n);
    snprintf(parent, sizeof parent, "A%u", pick(ACCOUNTS));
    give(w, AS_IMPORT_ACCOUNTS, "id", id, "name", n == 3 ? "Company Three Ltd" : id, "domain",
         pick(3) ? domain : "", "revenue", pick(2) ? "100.50 EUR" : "100.50 USD", "need_diversity",
         pick(2) ? "0.25" : "0.75", "employees", number(pick(4)), "parent_id", pick(3) == 0 ? parent : "",
         "merged_ids", pick(12) == 0 ? parent : "");
}

static inline void put_event(struct world *w)
{
    static const char *const kinds[] = {"page_view", "webinar", "unsubscribe", "handoff_rejected"};
    char id[16], at[32], domain[32], external[16];
    snprintf(id, sizeof id, "L%u", pick(LEADS));
    snprintf(at, sizeof at, "2026-02-0%uT00:00:0%uZ", 1 + pick(3), pick(3));
    snprintf(domain, sizeof domain, "corp%u.com", pick(ACCOUNTS));
    snprintf(external, sizeof external, "V%u", pick(12));
    bool named = pick(3) != 0, visit = pick(2) != 0;
    enum as_status status = put(w, AS_IMPORT_EVENTS, "id", visit ? external : "", "at", at, "kind",
                                visit ? "page_view" : kinds[pick(4)], "lead_id", named ? id : "", "domain",
                                named ? "" : domain, "property.url", visit ? "/x" : "", (char *)NULL);
    assert_true(status == AS_OK || status == AS_ERR_DATA);
}

static inline void put_words(struct world *w)
{
    static const char *const values[] = {"none", "acknowledged", "confirmed", ""};
    static const char *const voices[] = {"buyer", "sales", "marketing"};
    static const char *const states[] = {"granted", "denied", "objected", "double_opt_in"};
    char id[16], at[32];
    snprintf(id, sizeof id, "L%u", pick(LEADS));
    snprintf(at, sizeof at, "2026-02-0%u", 1 + pick(9));
    enum as_status status;
    switch (pick(3)) {
    case 0:
        status = put(w, AS_IMPORT_ANSWERS, "lead_id", id, "question", "need", "value", values[pick(4)], "by",
                     voices[pick(3)], "manner", pick(3) ? "stated" : "inferred", "at", pick(2) ? at : "",
                     (char *)NULL);
        break;
    case 1:
        status = put(w, AS_IMPORT_CONSENT, "lead_id", id, "channel", pick(2) ? "email" : "", "state",
                     states[pick(4)], "at", at, (char *)NULL);
        break;
    default:
        status = put(w, AS_IMPORT_TOUCHES, "lead_id", id, "channel", "call", "at", at, "user",
                     pick(2) ? "Sam" : "", (char *)NULL);
    }
    assert_true(status == AS_OK || status == AS_ERR_DATA);
}

static inline void merge_or_part(struct world *w, int64_t now)
{
    int64_t a = 1 + pick(LEADS), b = 1 + pick(LEADS);
    if (pick(3) == 0)
        as_store_unmerge(w->store, b, "test", now, &w->error);
    else
        as_store_merge(w->store, a, b, "test", now, &w->error);
    as_error_clear(&w->error);
}

/* One import of some of everything at w->options.now. */
static inline void import_by_chance(struct world *w)
{
    w->options.precedence = (enum as_precedence)(pick(6) == 0 ? pick(4) : AS_FROM_CRM);
    w->options.clear_empty = pick(5) == 0;
    for (unsigned i = pick(6) + 1; i > 0; i--)
        put_account(w);
    for (unsigned i = pick(8) + 1; i > 0; i--)
        put_lead(w);
    for (unsigned i = pick(8); i > 0; i--)
        put_event(w);
    for (unsigned i = pick(5); i > 0; i--)
        put_words(w);
    commit(w);
    if (pick(4) == 0)
        merge_or_part(w, w->options.now);
}

#endif
