/* What accounts say yes and no to, for their leads: all bits of an account that a stratum's leads ask for
 * stand side by side on its card, so that a lead looks its account up once. The cards of 64 leads, turned by
 * a quarter, are one word for each bit. */
#include "score/plan/turn.h"

#include "base/thread.h"

static const uint64_t *plane_of(const struct as_vec *vec, const struct as_card_plane *plane)
{
    return plane->part == AS_CARD_KNOWN ? vec->known : plane->part == AS_CARD_TRUTH ? vec->truth : vec->open;
}

struct dealing {
    struct as_run *run;
    uint32_t stratum;
};

/* Writes the cards of a batch of accounts. */
static enum as_status deal_batch(void *context, unsigned number, size_t item, struct as_error *error)
{
    const struct dealing *dealing = context;
    struct as_run *run = dealing->run;
    const struct as_stratum *stratum = &run->plan->strata.at[dealing->stratum];
    const size_t width = run->card_words[dealing->stratum], from = item * AS_BATCH_WORDS,
                 words = AS_BIT_WORDS(run->rows[AS_LEVEL_ACCOUNT]);
    (void)number, (void)error;
    for (uint32_t p = 0; p < stratum->planes.n; p++) {
        const struct as_card_plane *plane = &stratum->planes.at[p];
        const struct as_vec *in = &run->table[run->plan->nodes.at[plane->node].in[0]];
        const uint64_t *bits = plane_of(in, plane);
        for (size_t w = from; w < words && w < from + AS_BATCH_WORDS; w++) {
            uint32_t *card = run->cards[dealing->stratum] + w * 64 * width + p / 32;
            for (uint32_t i = 0; i < 64 && bits[w] != 0; i++)
                card[i * width] |= (uint32_t)(bits[w] >> i & 1) << p % 32;
        }
    }
    return AS_OK;
}

enum as_status as_run_deal(struct as_run *run, uint32_t stratum, struct as_error *error)
{
    const uint32_t planes = run->plan->strata.at[stratum].planes.n, accounts = run->rows[AS_LEVEL_ACCOUNT];
    /* For few leads, each of which may have an account of its own, it would be work for nothing. */
    if (planes == 0 || accounts == 0 || run->selection || run->rows[AS_LEVEL_LEAD] < accounts)
        return AS_OK;
    const size_t words = AS_BIT_WORDS(accounts);
    struct dealing dealing = {run, stratum};
    run->card_words[stratum] = (planes + 31) / 32;
    run->cards[stratum] =
        as_arena_array(&run->scratch, words * 64 * run->card_words[stratum], sizeof(uint32_t));
    if (run->cards[stratum] == NULL)
        return as_error_memory(error);
    return as_parallel(run->worker_count, (words + AS_BATCH_WORDS - 1) / AS_BATCH_WORDS, deal_batch, &dealing,
                       error);
}

/* The cards of leads; blank where there is no account, and up to the end of the last word. */
AS_PART void fetch_cards(uint32_t *restrict card, const uint32_t *restrict cards, size_t width,
                         const uint32_t *restrict account_of, const struct as_chunk *chunk)
{
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t account = account_of[i], has = account != AS_NO_INDEX;
        card[i] = cards[(has ? account : 0) * width] & -has;
    }
    memset(card + chunk->n, 0, (chunk->words * 64 - chunk->n) * sizeof *card);
}

AS_PART void card_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t number, enum as_machine machine)
{
    const struct as_stratum *stratum = &run->plan->strata.at[number];
    const size_t width = run->card_words[number];
    for (uint32_t first = 0; first < stratum->planes.n; first += 8) {
        uint64_t *out[8];
        uint32_t n = stratum->planes.n - first < 8 ? stratum->planes.n - first : 8;
        if (first % 32 == 0)
            fetch_cards(worker->card, run->cards[number] + first / 32, width, run->account_of + chunk->base,
                        chunk);
        for (uint32_t p = 0; p < n; p++) {
            const struct as_card_plane *plane = &stratum->planes.at[first + p];
            out[p] = (uint64_t *)plane_of(&worker->vec[plane->node], plane);
        }
        for (uint32_t w = 0; w < chunk->words; w++) {
            uint64_t words[8];
            uint8_t bytes[64];
            for (uint32_t i = 0; i < 64; i++)
                bytes[i] = (uint8_t)(worker->card[w * 64 + i] >> first % 32);
            as_turn(words, bytes, machine);
            for (uint32_t p = 0; p < n; p++)
                out[p][w] = words[p];
        }
    }
}

AS_KERNEL_VERSIONS(as_kernel_cards, card_rows)

void as_run_cards(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t number,
                  int64_t *ticks)
{
    const struct as_stratum *stratum = &run->plan->strata.at[number];
    int64_t spent = 0;
    for (uint32_t p = 0; p < stratum->planes.n; p++)
        as_run_bind(run, worker, stratum->planes.at[p].node, chunk->base);
    as_kernel_cards(run, worker, chunk, number);
    if (run->options.profile == NULL)
        return;
    as_profile_add(&spent, ticks);
    for (uint32_t p = 0; p < stratum->planes.n; p++)
        run->options.profile->workers[worker->number].nodes[stratum->planes.at[p].node] +=
            spent / stratum->planes.n;
}
