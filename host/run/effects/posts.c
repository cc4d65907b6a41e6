/* Posts with a watched word: each asks once for what the pack's watch has, from the first run after it came
 * in. A task or a message names the post by its number there, never by who wrote what: it may be nobody who
 * is known here, whose words could not be erased with the person. */
#include "run/effects/effect_writing.h"

#include "data/identity/fold.h"
#include "store/report/posts.h"
#include "store/work/work.h"

#include "base/time.h"

#include <inttypes.h>
#include <string.h>

struct watching {
    struct as_effect_writing *w;
    struct as_buf folded, words;
};

/* The watched words that a post has: "cancel, alternative to". */
static enum as_status find_words(struct watching *watching, const char *text, struct as_error *error)
{
    const struct as_pack *pack = watching->w->request->decision->pack;
    as_buf_reset(&watching->folded);
    as_buf_reset(&watching->words);
    enum as_status status = as_fold(&watching->folded, as_str_of(text), error);
    struct as_str folded = {as_buf_c(&watching->folded), watching->folded.n};
    for (uint32_t i = 0; i < pack->watched.n && status == AS_OK; i++)
        if (as_fold_has_word(folded, as_str_of(pack->watched.at[i].folded)))
            as_buf_printf(&watching->words, "%s%s", watching->words.n > 0 ? ", " : "",
                          pack->watched.at[i].text);
    return status == AS_OK && watching->words.failed ? as_error_memory(error) : status;
}

static const char *text_of(const struct as_effect_rule *effect)
{
    for (uint32_t i = 0; i < effect->values.n; i++)
        if (strcmp(effect->values.at[i].key, AS_TASK_TEXT) == 0)
            return effect->values.at[i].literal.text.p;
    return effect->name;
}

static void put_data(struct as_json *json, const struct as_effect_rule *effect)
{
    as_json_put_open(json, "data", '{');
    for (uint32_t i = 0; i < effect->values.n; i++) {
        const struct as_effect_value *value = &effect->values.at[i];
        if (strcmp(value->key, AS_TASK_TEXT) == 0)
            continue;
        as_json_key(json, value->key);
        as_effect_literal(json, &value->literal);
    }
    as_json_close(json, '}');
}

static enum as_status make(struct watching *watching, const struct as_effect_rule *effect,
                           const struct as_post *post, const char *number, struct as_error *error)
{
    struct as_effect_writing *w = watching->w;
    const struct as_effects_request *request = w->request;
    int64_t at = request->record->at, due = effect->due > 0 ? at + effect->due : AS_TIME_NONE;
    char day[AS_TIME_TEXT];
    const char *text =
        as_arena_printf(&w->arena, "%s: post %s of %s, %s (%s)", text_of(effect), number, post->system,
                        as_day_format(day, as_day_of(post->time)), as_buf_c(&watching->words));
    if (text == NULL)
        return as_error_memory(error);
    struct as_json json = as_effect_payload(w, NULL, post->lead);
    as_json_put_text(&json, "name", effect->name);
    if (effect->kind == AS_EFFECT_TASK) {
        as_json_put_text(&json, "task", text);
        as_json_put_text(&json, "role", effect->role);
        as_json_put_text(&json, "of", effect->name);
        as_json_put_time(&json, "due", due);
    }
    as_json_put_text(&json, "text", text); /* what a chat says */
    as_json_put_text(&json, "words", as_buf_c(&watching->words));
    as_json_put_text(&json, "system", post->system);
    as_json_put_text(&json, "post", number);
    as_json_put_text(&json, "community", post->community);
    as_json_put_time(&json, "posted", post->time);
    put_data(&json, effect);
    as_json_close(&json, '}');
    struct as_effect_about about = {
        .lead_id = post->lead, .destination = effect->to, .not_before = AS_TIME_NONE};
    bool added = false;
    enum as_status status = as_effect_put(&added, w, effect->kind, &about, error);
    if (status != AS_OK || (effect->kind != AS_EFFECT_TASK && !added))
        return status;
    if (effect->kind != AS_EFFECT_TASK) {
        w->made->told++;
        return AS_OK;
    }
    w->made->task += added;
    struct as_task task = {.key = as_buf_c(&w->key),
                           .pack = request->record->pack,
                           .text = text,
                           .role = effect->role,
                           .play = effect->name,
                           .lead_id = post->lead,
                           .created = at,
                           .due = due};
    return request->held || request->dry ? AS_OK : as_store_put_task(&added, w->store, &task, error);
}

static enum as_status take_post(void *context, const struct as_post *post, struct as_error *error)
{
    struct watching *watching = context;
    struct as_effect_writing *w = watching->w;
    const struct as_pack *pack = w->request->decision->pack;
    enum as_status status = find_words(watching, post->text, error);
    if (status != AS_OK || watching->words.n == 0)
        return status;
    const char *number = post->external_id != NULL ? as_arena_printf(&w->arena, "%s", post->external_id)
                                                   : as_arena_printf(&w->arena, "#%" PRId64, post->id);
    if (number == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < pack->on_post.n && status == AS_OK; i++) {
        as_buf_reset(&w->key);
        as_buf_printf(&w->key, "post/%s/%" PRId64 "/%u", w->request->record->pack, post->id, i + 1);
        status = make(watching, pack->on_post.at[i], post, number, error);
    }
    return status;
}

enum as_status as_effects_of_posts(struct as_effect_writing *w, struct as_error *error)
{
    const struct as_run_record *record = w->request->record;
    struct watching watching = {.w = w};
    struct as_post_window window = {AS_TIME_NONE, record->at, record->known_at, 0};
    enum as_status status =
        as_store_posts_told(&window.known_since, w->store, record->pack, record->id, error);
    if (status == AS_OK && window.known_since != AS_TIME_NONE)
        status = as_store_posts(w->store, &window, take_post, &watching, error);
    as_buf_free(&watching.folded);
    as_buf_free(&watching.words);
    return status;
}
