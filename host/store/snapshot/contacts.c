/* Contacts: touches made, and what people have consented to. */
#include "store/snapshot/loading.h"

#include <stdlib.h>

static uint8_t rung_of(const struct as_snapshot_request *request, struct as_str ask)
{
    for (uint32_t i = 0; ask.p != NULL && i < request->ask_count; i++)
        if (as_str_is(ask, request->asks[i].ask))
            return request->asks[i].rung;
    return 0;
}

/* --- touches --- */

/* A touch with what orders it among others. */
struct touched {
    struct as_touch touch;
    int64_t id;
};

static int by_time(const void *a, const void *b)
{
    const struct touched *x = a, *y = b;
    if (x->touch.time != y->touch.time)
        return x->touch.time < y->touch.time ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum as_status gather_touches(struct as_gathered *list, struct as_load *load,
                                     struct as_said_reader *reader, struct as_error *error)
{
    enum as_status status;
    struct as_said_row said;
    while (as_said_next(&said, reader, &status, error)) {
        uint32_t row = as_lead_row(load, said.subject);
        if (row == AS_NO_INDEX)
            continue;
        uint32_t channel =
            as_said_code(reader, AS_TOUCH_CHANNEL, said.word[AS_TOUCH_CHANNEL], load->dataset->channels);
        uint8_t need = rung_of(load->request, as_said_text(reader, AS_TOUCH_ASK, said.word[AS_TOUCH_ASK]));
        struct touched one = {{.time = said.time, .channel = channel, .need = need}, said.id};
        status = channel == AS_INTERN_NONE ? as_error_memory(error) : as_gathered_add(list, row, &one, error);
        if (status != AS_OK)
            break;
    }
    return status;
}

/* In order of time within each row; then without what ordered them. */
static enum as_status lay_touches(struct as_touch_log *out, struct as_gathered *list, uint32_t rows,
                                  struct as_error *error)
{
    void *items = NULL;
    enum as_status status = as_gathered_lay(&out->start, &items, list, rows, error);
    struct touched *all = items;
    if (status != AS_OK || out->start == NULL)
        return status;
    for (uint32_t row = 0; row < rows; row++)
        as_sort_unless_sorted(all + out->start[row], out->start[row + 1] - out->start[row], sizeof *all,
                              by_time);
    out->at = malloc((size_t)out->start[rows] * sizeof *out->at + 1);
    for (uint32_t i = 0; out->at != NULL && i < out->start[rows]; i++)
        out->at[i] = all[i].touch;
    free(items);
    return out->at == NULL ? as_error_memory(error) : AS_OK;
}

static enum as_status load_touches(struct as_load *load, struct as_error *error)
{
    struct as_gathered list;
    struct as_said_reader *reader;
    as_gathered_init(&list, sizeof(struct touched));
    enum as_status status = as_said_reader_new(&reader, load, AS_SAID_TOUCHES, error);
    if (status == AS_OK)
        status = gather_touches(&list, load, reader, error);
    if (status == AS_OK)
        status = lay_touches(&load->dataset->touches, &list, load->dataset->leads, error);
    as_said_reader_free(reader);
    as_gathered_free(&list);
    return status;
}

/* --- consents --- */

static uint8_t consent_state(struct as_str name)
{
    static const char *const names[] = {"", "granted", "double_opt_in", "denied", "objected"};
    for (uint8_t i = 1; i < sizeof names / sizeof *names; i++)
        if (as_str_is(name, names[i]))
            return i;
    return AS_CONSENT_UNKNOWN;
}

/* The strictest word counts where there are several: of purposes, and of leads that turned out to be one
 * person. */
static int strictness(uint8_t state)
{
    static const int rank[] = {[AS_CONSENT_UNKNOWN] = 0,
                               [AS_CONSENT_DOUBLE_OPT_IN] = 1,
                               [AS_CONSENT_GRANTED] = 2,
                               [AS_CONSENT_DENIED] = 3,
                               [AS_CONSENT_OBJECTED] = 4};
    return rank[state];
}

static enum as_status note_tracking(struct as_load *load, uint32_t row, uint8_t state, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    if (state != AS_CONSENT_DENIED && state != AS_CONSENT_OBJECTED)
        return AS_OK;
    if (dataset->untracked == NULL &&
        (dataset->untracked = calloc(AS_BIT_WORDS(dataset->leads) + 1, sizeof *dataset->untracked)) == NULL)
        return as_error_memory(error);
    as_bit_set(dataset->untracked, row);
    return AS_OK;
}

/* A word on a channel: the last of one lead about one purpose counts. */
struct consented {
    struct as_consent consent;
    uint32_t channel, purpose; /* codes, then ranks of the words */
    int64_t lead, id;
};

/* A channel, then a purpose, of one lead after the other, in order of time. */
static int by_subject(const void *a, const void *b)
{
    const struct consented *x = a, *y = b;
    if (x->lead != y->lead)
        return x->lead < y->lead ? -1 : 1;
    if (x->channel != y->channel)
        return x->channel < y->channel ? -1 : 1;
    if (x->purpose != y->purpose)
        return x->purpose < y->purpose ? -1 : 1;
    if (x->consent.time != y->consent.time)
        return x->consent.time < y->consent.time ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool same_subject(const struct consented *a, const struct consented *b)
{
    return a->lead == b->lead && a->channel == b->channel && a->purpose == b->purpose;
}

static enum as_status gather_consents(struct as_gathered *list, struct as_load *load,
                                      struct as_said_reader *reader, struct as_intern *words,
                                      struct as_error *error)
{
    enum as_status status;
    struct as_said_row said;
    while (as_said_next(&said, reader, &status, error)) {
        uint32_t row = as_lead_row(load, said.subject);
        if (row == AS_NO_INDEX)
            continue;
        struct as_str state = as_said_text(reader, AS_CONSENT_STATE, said.word[AS_CONSENT_STATE]);
        struct consented one = {
            .consent = {.state = consent_state(state), .time = said.time},
            .channel = as_said_code(reader, AS_CONSENT_CHANNEL, said.word[AS_CONSENT_CHANNEL], words),
            .purpose = as_said_code(reader, AS_CONSENT_PURPOSE, said.word[AS_CONSENT_PURPOSE], words),
            .lead = said.subject,
            .id = said.id};
        status = one.channel == AS_INTERN_NONE || one.purpose == AS_INTERN_NONE
                     ? as_error_memory(error)
                     : as_gathered_add(list, row, &one, error);
        if (status != AS_OK)
            break;
    }
    return status;
}

/* The strictest of several words on one channel, in `to` from `first` on. */
static void join_channel(struct as_consent *to, uint32_t first, uint32_t *kept, struct as_consent one)
{
    uint32_t same = first;
    while (same < *kept && to[same].channel != one.channel)
        same++;
    if (same == *kept)
        to[(*kept)++] = one;
    else if (strictness(one.state) > strictness(to[same].state))
        to[same] = one;
}

static enum as_status join_row(struct as_load *load, uint32_t row, const struct consented *all, uint32_t n,
                               const struct as_str *words, uint32_t *kept, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    enum as_status status = AS_OK;
    uint32_t first = *kept;
    for (uint32_t i = 0; i < n && status == AS_OK; i++) {
        struct as_consent one = all[i].consent;
        if (i + 1 < n && same_subject(&all[i], &all[i + 1]))
            continue;
        struct as_str channel = words[all[i].channel];
        if (as_str_is(channel, "tracking")) {
            status = note_tracking(load, row, one.state, error);
            continue;
        }
        one.channel = as_str_is(channel, "any") ? AS_NO_INDEX : as_intern_add(dataset->channels, channel);
        if (one.channel == AS_INTERN_NONE && !as_str_is(channel, "any"))
            status = as_error_memory(error);
        else
            join_channel(dataset->consents.at, first, kept, one);
    }
    return status;
}

static int by_text(const void *a, const void *b)
{
    const struct as_str *x = a, *y = b;
    return as_str_cmp(*x, *y);
}

/* Channels and purposes go by their names, whichever came first: all words in order, and codes as ranks. */
static enum as_status rank_words(struct as_str **words, struct consented *all, uint32_t n,
                                 const struct as_intern *codes, struct as_error *error)
{
    uint32_t count = as_intern_count(codes), *rank = malloc(((size_t)count + 1) * sizeof *rank);
    *words = malloc(((size_t)count + 1) * sizeof **words);
    if (rank == NULL || *words == NULL) {
        free(rank);
        return as_error_memory(error);
    }
    for (uint32_t i = 0; i < count; i++)
        (*words)[i] = as_intern_text(codes, i);
    if (count > 1)
        qsort(*words, count, sizeof **words, by_text);
    for (uint32_t i = 0; i < count; i++)
        rank[as_intern_find(codes, (*words)[i])] = i;
    for (uint32_t i = 0; i < n; i++) {
        all[i].channel = rank[all[i].channel];
        all[i].purpose = rank[all[i].purpose];
    }
    free(rank);
    return AS_OK;
}

static enum as_status lay_consents(struct as_load *load, struct as_gathered *list,
                                   const struct as_intern *codes, struct as_error *error)
{
    struct as_str *words = NULL;
    struct as_consent_log *out = &load->dataset->consents;
    uint32_t rows = load->dataset->leads, kept = 0;
    void *items = NULL;
    enum as_status status = as_gathered_lay(&out->start, &items, list, rows, error);
    struct consented *all = items;
    if (status != AS_OK || out->start == NULL)
        return status;
    if ((out->at = malloc((size_t)out->start[rows] * sizeof *out->at + 1)) == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = rank_words(&words, all, out->start[rows], codes, error);
    for (uint32_t row = 0, next = 0; row < rows && status == AS_OK; row++) {
        uint32_t from = next;
        next = out->start[row + 1];
        out->start[row] = kept;
        if (from == next)
            continue;
        as_sort_unless_sorted(all + from, next - from, sizeof *all, by_subject);
        status = join_row(load, row, all + from, next - from, words, &kept, error);
    }
    if (status == AS_OK)
        out->start[rows] = kept;
    free(words);
    free(items);
    return status;
}

static enum as_status load_consents(struct as_load *load, struct as_error *error)
{
    struct as_gathered list;
    struct as_said_reader *reader;
    struct as_intern *words = as_intern_new();
    as_gathered_init(&list, sizeof(struct consented));
    enum as_status status = as_said_reader_new(&reader, load, AS_SAID_CONSENTS, error);
    if (status == AS_OK && words == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = gather_consents(&list, load, reader, words, error);
    if (status == AS_OK)
        status = lay_consents(load, &list, words, error);
    as_said_reader_free(reader);
    as_intern_free(words);
    as_gathered_free(&list);
    return status;
}

enum as_status as_load_contacts(struct as_load *load, struct as_error *error)
{
    enum as_status status = load_touches(load, error);
    return status == AS_OK ? load_consents(load, error) : status;
}
