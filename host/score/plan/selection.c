/* Selections: the rows that a decision about a few leads hangs on, so that explaining one lead costs one
 * lead. */
#include "score/plan/kernel.h"

#include "base/search.h"

#include <stdlib.h>
#include <string.h>

uint32_t as_selection_place(const uint32_t *rows, uint32_t n, uint32_t row)
{
    uint32_t i;
    AS_SEARCH(i, n, rows[i] < row);
    return i < n && rows[i] == row ? i : AS_NO_INDEX;
}

static int by_row(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t sort_unique(uint32_t *rows, uint32_t n)
{
    uint32_t kept = 0;
    qsort(rows, n, sizeof *rows, by_row);
    for (uint32_t i = 0; i < n; i++)
        if (kept == 0 || rows[kept - 1] != rows[i])
            rows[kept++] = rows[i];
    return kept;
}

static uint32_t members_of(const struct as_dataset *dataset, uint32_t account)
{
    return dataset->member_start[account + 1] - dataset->member_start[account];
}

enum as_status as_selection_of(struct as_selection *out, struct as_arena *arena,
                               const struct as_dataset *dataset, const uint32_t *lead_rows, uint32_t n,
                               bool members, struct as_error *error)
{
    uint32_t account_count = 0, lead_count = n;
    uint32_t *accounts = as_arena_array(arena, n, sizeof *accounts);
    if (accounts == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < n; i++)
        if (dataset->lead_account[lead_rows[i]] != AS_NO_INDEX)
            accounts[account_count++] = dataset->lead_account[lead_rows[i]];
    account_count = sort_unique(accounts, account_count);
    for (uint32_t i = 0; i < account_count && members; i++)
        lead_count += members_of(dataset, accounts[i]);
    uint32_t *leads = as_arena_array(arena, lead_count, sizeof *leads);
    if (leads == NULL)
        return as_error_memory(error);
    memcpy(leads, lead_rows, n * sizeof *leads);
    lead_count = n;
    for (uint32_t i = 0; i < account_count && members; i++) {
        uint32_t count = members_of(dataset, accounts[i]);
        memcpy(leads + lead_count, dataset->member + dataset->member_start[accounts[i]],
               count * sizeof *leads);
        lead_count += count;
    }
    lead_count = sort_unique(leads, lead_count);

    uint32_t *account_of = as_arena_array(arena, lead_count, sizeof *account_of);
    uint32_t *start = as_arena_array(arena, (size_t)account_count + 1, sizeof *start);
    uint32_t *member = as_arena_array(arena, lead_count, sizeof *member);
    if (account_of == NULL || start == NULL || member == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < lead_count; i++)
        account_of[i] = as_selection_place(accounts, account_count, dataset->lead_account[leads[i]]);
    for (uint32_t a = 0, filled = 0; a < account_count; a++) {
        for (uint32_t k = 0; members && k < members_of(dataset, accounts[a]); k++)
            member[filled++] = as_selection_place(leads, lead_count,
                                                  dataset->member[dataset->member_start[accounts[a]] + k]);
        start[a + 1] = filled;
    }
    *out = (struct as_selection){.rows = {[AS_LEVEL_LEAD] = leads, [AS_LEVEL_ACCOUNT] = accounts},
                                 .n = {[AS_LEVEL_LEAD] = lead_count, [AS_LEVEL_ACCOUNT] = account_count},
                                 .account_of = account_of,
                                 .member_start = start,
                                 .member = member};
    return AS_OK;
}
