/* Digests, read from the summaries that runs keep. How they are sent is the commands' business. */
#include "run/queue/digest.h"

#include "base/time.h"
#include "score/tree/pack.h"
#include "store/decisions/decisions.h"
#include "store/work/outbox.h"

#include <jansson.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static long long count_of(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

/* The team's word for a stage. */
static const char *label_of(const json_t *summary, const char *stage)
{
    size_t m, s;
    json_t *model, *entry;
    json_array_foreach(json_object_get(summary, "models"), m, model)
    {
        json_array_foreach(json_object_get(model, "stages"), s, entry)
        {
            if (strcmp(text_of(entry, "stage"), stage) == 0 && text_of(entry, "label")[0] != '\0')
                return text_of(entry, "label");
        }
    }
    return stage;
}

/* How many came into a stage, over all models and causes. */
static long long came_into(const json_t *summary, const char *stage)
{
    long long sum = 0;
    size_t m;
    json_t *model, *count;
    const char *cause;
    json_array_foreach(json_object_get(summary, "models"), m, model)
    {
        json_object_foreach(json_object_get(json_object_get(model, "into"), stage), cause, count)
        {
            sum += json_integer_value(count);
        }
    }
    return sum;
}

static void say_arrivals(struct as_digest *out, const char *pack, const json_t *summary)
{
    bool any = false;
    as_buf_printf(&out->subject, "%s:", pack);
    for (int stage = AS_STAGE_OPPORTUNITY; stage > AS_STAGE_SUSPECT; stage--) {
        const char *name = as_stage_name((enum as_stage)stage);
        long long n = came_into(summary, name);
        if (n == 0)
            continue;
        as_buf_printf(&out->subject, "%s %lld %s", any ? "," : "", n, label_of(summary, name));
        any = true;
    }
    as_buf_text(&out->subject, any ? " new" : " nobody moved");
    as_buf_printf(&out->text, "%s\n", as_buf_c(&out->subject));
}

static void say_moves(struct as_buf *text, const json_t *summary, bool names)
{
    size_t i;
    json_t *move;
    json_array_foreach(json_object_get(summary, "moves"), i, move)
    {
        if (i == AS_DIGEST_MOVES)
            break;
        as_buf_printf(text, "- #%lld", count_of(move, "id"));
        if (names && text_of(move, "lead")[0] != '\0')
            as_buf_printf(text, " %s", text_of(move, "lead"));
        if (names && text_of(move, "account")[0] != '\0')
            as_buf_printf(text, " (%s)", text_of(move, "account"));
        as_buf_printf(text, ": %s to %s, %s", label_of(summary, text_of(move, "from")),
                      label_of(summary, text_of(move, "to")), text_of(move, "cause"));
        if (names && text_of(move, "because")[0] != '\0')
            as_buf_printf(text, ": %s", text_of(move, "because"));
        as_buf_char(text, '\n');
    }
}

static void say_effects(struct as_buf *text, const json_t *summary)
{
    const json_t *made = json_object_get(summary, "effects");
    as_buf_printf(text, "Made: %lld hand-offs, %lld tasks, %lld messages, %lld told to other systems\n",
                  count_of(made, "handoff"), count_of(made, "task"), count_of(made, "send"),
                  count_of(made, "told"));
    if (text_of(summary, "held_because")[0] != '\0')
        as_buf_printf(text, "! Effects are held (%s) until `assay run --approve`\n",
                      text_of(summary, "held_because"));
}

static void say_feeds(struct as_buf *text, const json_t *summary)
{
    size_t i;
    json_t *feed;
    json_array_foreach(json_object_get(summary, "feeds"), i, feed)
    {
        if (strcmp(text_of(feed, "state"), "stale") == 0)
            as_buf_printf(text, "! Feed %s is silent since %.10s\n", text_of(feed, "feed"),
                          text_of(feed, "newest"));
    }
}

static enum as_status say_letters(void *context, const struct as_outbox_line *line, struct as_error *error)
{
    (void)error;
    if (line->dead > 0 && line->destination != NULL)
        as_buf_printf(context, "! %llu dead letters to %s: `assay deliver --dead`\n",
                      (unsigned long long)line->dead, line->destination);
    return AS_OK;
}

struct reading {
    struct as_digest *out;
    bool names, found;
};

static enum as_status read_run(void *context, const struct as_run_row *row, struct as_error *error)
{
    struct reading *reading = context;
    struct as_digest *out = reading->out;
    char at[AS_TIME_TEXT];
    json_t *summary = json_loads(row->summary_json, 0, NULL);
    if (summary == NULL) {
        as_error_set(error, AS_ERR_DATA, "the summary of run %lld of pack %s cannot be read",
                     (long long)row->id, row->pack);
        return as_error_advise(error, "run the pack again; `assay db check` says what else is damaged");
    }
    out->run = row->id;
    out->at = row->at;
    reading->found = true;
    say_arrivals(out, row->pack, summary);
    as_buf_printf(&out->text, "Run of %s over %lld leads\n", as_time_format(at, row->at),
                  count_of(summary, "leads"));
    say_moves(&out->text, summary, reading->names);
    say_effects(&out->text, summary);
    say_feeds(&out->text, summary);
    json_decref(summary);
    return AS_OK;
}

enum as_status as_digest_of(struct as_digest *out, struct as_store *store, const char *pack, bool names,
                            struct as_error *error)
{
    *out = (struct as_digest){.run = 0};
    struct reading reading = {out, names, false};
    enum as_status status = as_store_runs(store, pack, 1, read_run, &reading, error);
    if (status == AS_OK && !reading.found) {
        as_error_set(error, AS_ERR_MISSING, "pack %s never ran", pack);
        status = as_error_advise(error, "assay run FOLDER does it");
    }
    if (status == AS_OK)
        status = as_store_outbox(store, pack, say_letters, &out->text, error);
    return status == AS_OK && (out->text.failed || out->subject.failed) ? as_error_memory(error) : status;
}

void as_digest_free(struct as_digest *digest)
{
    as_buf_free(&digest->subject);
    as_buf_free(&digest->text);
}
