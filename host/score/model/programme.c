/* Arms and terms of programmes. Placing a lead is track.c's. */
#include "score/model/programme.h"

#include "base/time.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

const struct as_programme *as_programme_of(const struct as_pack *pack, const char *track)
{
    for (uint32_t i = 0; i < pack->programmes.n; i++)
        for (uint32_t t = 0; t < pack->programmes.at[i]->tracks.n; t++)
            if (strcmp(pack->programmes.at[i]->tracks.at[t], track) == 0)
                return pack->programmes.at[i];
    return NULL;
}

enum as_arm as_programme_arm(const struct as_pack *pack, const struct as_programme *programme,
                             int64_t lead_id)
{
    crypto_generichash_state state;
    unsigned char hash[crypto_generichash_BYTES_MIN];
    char id[24];
    uint64_t number = 0;
    snprintf(id, sizeof id, "/%" PRId64, lead_id);
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)pack->name, strlen(pack->name));
    crypto_generichash_update(&state, (const unsigned char *)"/", 1);
    crypto_generichash_update(&state, (const unsigned char *)programme->name, strlen(programme->name));
    crypto_generichash_update(&state, (const unsigned char *)id, strlen(id));
    crypto_generichash_final(&state, hash, sizeof hash);
    for (int i = 0; i < 8; i++)
        number = number << 8 | hash[i];
    return (double)number / 0x1p64 < programme->holdout ? AS_ARM_HELD_OUT : AS_ARM_TREATED;
}

bool as_programme_open(const struct as_programme *programme, int64_t at)
{
    return programme->ends_on == 0 || as_day_of(at) <= programme->ends_on;
}

bool as_outcome_reached(enum as_stage stage, enum as_stage outcome)
{
    if (stage == AS_STAGE_LOST || stage == AS_STAGE_NO_DECISION)
        return outcome <= AS_STAGE_OPPORTUNITY; /* a deal ended so */
    return stage >= outcome && stage <= AS_STAGE_WON;
}

static void say_condition(struct as_buf *out, const char *word, const struct as_expr *when,
                          const struct as_schema *schema)
{
    if (when == NULL)
        return;
    as_buf_printf(out, ", %s ", word);
    as_expr_source(out, when, schema);
}

static void say_step(struct as_buf *out, const struct as_step *step, const struct as_schema *schema)
{
    as_buf_printf(out, "step %s: %s, %s, asks %s, waits ", step->name,
                  step->content != NULL ? step->content
                  : step->task != NULL  ? step->task
                                        : "effects alone",
                  step->channel, step->ask != NULL ? step->ask : "nothing");
    as_span_say(out, step->wait);
    if (step->questions > 0)
        as_buf_printf(out, ", %u questions", step->questions);
    if (step->role != NULL)
        as_buf_printf(out, ", role %s", step->role);
    say_condition(out, "done when", step->done_when, schema);
    for (uint32_t i = 0; i < step->effects.n; i++)
        as_buf_printf(out, ", effect %s", step->effects.at[i]->name);
    as_buf_text(out, "\n");
}

static void say_track(struct as_buf *out, const struct as_pack *pack, const struct as_track *track)
{
    const struct as_schema *schema = pack->rules.schema;
    as_buf_printf(out, "track %s: phase %s", track->name, track->phase != NULL ? track->phase : "any");
    for (uint32_t i = 0; track->persona != NULL && i < pack->personas.n; i++)
        if (strcmp(pack->personas.at[i].name, track->persona) == 0) {
            as_buf_printf(out, ", persona %s", track->persona);
            say_condition(out, "who is", pack->personas.at[i].when, schema);
        }
    say_condition(out, "when", track->when, schema);
    if (track->once > 0) {
        as_buf_text(out, ", once in ");
        as_span_say(out, track->once);
    }
    as_buf_text(out, "\n");
    for (uint32_t s = 0; s < track->steps.n; s++)
        say_step(out, &track->steps.at[s], schema);
}

const char *as_programme_terms(struct as_arena *arena, const struct as_pack *pack,
                               const struct as_programme *programme)
{
    struct as_buf text = {.p = NULL};
    char day[AS_TIME_TEXT];
    as_buf_printf(&text, "programme %s\n", programme->name);
    if (programme->when != NULL)
        as_buf_printf(&text, "outcome %s after %" PRId64 " days, events counted since coming\n",
                      programme->counts, programme->within);
    else
        as_buf_printf(&text, "outcome %s of %s within %" PRId64 " days\n", programme->counts,
                      programme->model, programme->within);
    as_buf_printf(&text, "held out %.15g\n", programme->holdout);
    as_buf_printf(&text, "at least %" PRIu64 " people over %" PRId64 " days\n", programme->least_people,
                  programme->least_days);
    if (programme->ends_on != 0)
        as_buf_printf(&text, "ends on %s\n", as_day_format(day, programme->ends_on));
    else
        as_buf_printf(&text, "ends with %" PRIu64 " people\n", programme->ends_people);
    as_buf_printf(&text, "alpha %.15g, spent as %s\n", programme->alpha,
                  as_spending_name(programme->spending));
    for (uint32_t t = 0; t < programme->tracks.n; t++)
        for (uint32_t i = 0; i < pack->tracks.n; i++)
            if (strcmp(programme->tracks.at[t], pack->tracks.at[i]->name) == 0)
                say_track(&text, pack, pack->tracks.at[i]);
    const char *kept = text.failed ? NULL : as_arena_copy(arena, as_buf_c(&text), text.n);
    as_buf_free(&text);
    return kept;
}
