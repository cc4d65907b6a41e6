/* Account runs: the events of accounts, built from their leads' and from what is known of a company only. */
#include "store/snapshot/event_runs.h"

#include <stdlib.h>

/* What is known of companies only, by account, while their runs are built. */
static enum as_status gather_anonymous(struct as_gathered *out, struct as_runs *runs, struct as_error *error)
{
    struct as_load *load = runs->load;
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql_fresh(load->store, error,
                     "SELECT account_id, time, kind_id, id, lead_id FROM event INDEXED BY event_account"
                     " WHERE account_id IS NOT NULL AND time <= ?2 AND known_at <= ?1",
                     "ii", load->request->known_at, load->request->at);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t row = as_account_row(load, sqlite3_column_int64(stmt, 0));
        int64_t kind = sqlite3_column_int64(stmt, 2), id = sqlite3_column_int64(stmt, 3);
        uint32_t index = as_kind_of(&load->map, kind);
        if (as_runs_homeless(runs, id))
            continue;
        bool anonymous = sqlite3_column_type(stmt, 4) == SQLITE_NULL || as_runs_unstitched(runs, id);
        if (row == AS_NO_INDEX || index == AS_NO_INDEX || !runs->wanted[index] || !anonymous)
            continue;
        struct as_one_event one = {(uint32_t)id, (uint32_t)sqlite3_column_int64(stmt, 1), (uint16_t)index};
        if ((status = as_gathered_add(out, row, &one, error)) != AS_OK)
            break;
    }
    as_sql_end(load->store, stmt);
    return status;
}

enum as_status as_runs_of_accounts(struct as_runs *accounts, const struct as_runs *leads,
                                   struct as_error *error)
{
    struct as_load *load = accounts->load;
    struct as_dataset *dataset = load->dataset;
    struct as_gathered anonymous;
    uint32_t *start = NULL;
    void *items = NULL;
    as_gathered_init(&anonymous, sizeof(struct as_one_event));
    enum as_status status = gather_anonymous(&anonymous, accounts, error);
    if (status == AS_OK)
        status = as_gathered_lay(&start, &items, &anonymous, dataset->accounts, error);
    else
        as_gathered_free(&anonymous);
    accounts->log->start = calloc((size_t)dataset->accounts + 1, sizeof *accounts->log->start);
    if (status == AS_OK && accounts->log->start == NULL)
        status = as_error_memory(error);
    for (uint32_t a = 0; a < dataset->accounts && status == AS_OK; a++) {
        accounts->log->start[a] = (uint32_t)accounts->log->n;
        for (uint32_t m = dataset->member_start[a]; m < dataset->member_start[a + 1] && status == AS_OK;
             m++) {
            uint32_t lead = dataset->member[m];
            for (uint32_t e = leads->log->start[lead]; e < leads->log->end[lead] && status == AS_OK; e++)
                if (accounts->wanted[leads->log->kind[e]])
                    status =
                        as_runs_push(accounts, leads->id[e], leads->log->time[e], leads->log->kind[e], error);
        }
        const struct as_one_event *own = items;
        for (uint32_t i = start == NULL ? 0 : start[a]; start != NULL && i < start[a + 1] && status == AS_OK;
             i++)
            status = as_runs_push(accounts, own[i].id, own[i].time, own[i].kind, error);
        if (status == AS_OK)
            status = as_runs_flush(accounts, error);
    }
    if (status == AS_OK) {
        accounts->log->start[dataset->accounts] = (uint32_t)accounts->log->n;
        accounts->log->end = accounts->log->start + 1;
    }
    free(start);
    free(items);
    return status;
}
