/* Comings: who came to a pack's programmes by the dataset's time, in which arm, and which programmes were
 * over by then. */
#include "store/snapshot/loading.h"

#include "score/tree/pack.h"

/* The programmes of the pack. *any: there are some. */
static enum as_status load_programmes(bool *any, struct as_load *load, const char *pack,
                                      struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql_fresh(load->store, error, "SELECT terms, ended <= ?2 FROM programme WHERE pack = ?1", "ti",
                     pack, dataset->at);
    *any = false;
    while (as_sql_row(&status, load->store, stmt, error)) {
        *any = true;
        if (sqlite3_column_int(stmt, 1) == 0)
            continue;
        if (dataset->programmes_over == NULL)
            dataset->programmes_over = as_intern_new();
        if (dataset->programmes_over == NULL ||
            as_intern_add(dataset->programmes_over, as_sql_str(stmt, 0)) == AS_INTERN_NONE) {
            status = as_error_memory(error);
            break;
        }
    }
    as_sql_end(load->store, stmt);
    return status;
}

static enum as_status gather(struct as_gathered *list, struct as_load *load, sqlite3_stmt *stmt,
                             struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    enum as_status status;
    while (as_sql_row(&status, load->store, stmt, error)) {
        if ((status = as_load_attach(load, error)) != AS_OK)
            break;
        uint32_t row = as_lead_row(load, sqlite3_column_int64(stmt, 0));
        if (row == AS_NO_INDEX)
            continue;
        struct as_coming one = {.programme = as_intern_add(dataset->programmes, as_sql_str(stmt, 1)),
                                .arm = as_arm_read(as_sql_text(stmt, 2)),
                                .came = sqlite3_column_int64(stmt, 3),
                                .until = sqlite3_column_int64(stmt, 4)};
        status = one.programme == AS_INTERN_NONE ? as_error_memory(error)
                                                 : as_gathered_add(list, row, &one, error);
        if (status != AS_OK)
            break;
    }
    return status;
}

enum as_status as_load_comings(struct as_load *load, const char *pack, struct as_buf *part,
                               struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    struct as_gathered list;
    void *items = NULL;
    bool any = false;
    enum as_status status = load_programmes(&any, load, pack, error);
    if (status != AS_OK || !any)
        return status;
    dataset->programmes = as_intern_new();
    if (dataset->programmes == NULL)
        return as_error_memory(error);
    if (load->part && (status = as_load_part(part, load, error)) != AS_OK)
        return status;
    const char *ids = load->part ? as_buf_c(part) : NULL;
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error,
        ids != NULL
            ? "SELECT c.lead_id, p.name, c.arm, c.came, c.until FROM programme p"
              " JOIN programme_lead c ON c.programme_id = p.id WHERE p.pack = ?1 AND c.came <= ?2"
              " AND c.lead_id IN (SELECT value FROM json_each(?3)) ORDER BY c.came, p.id, c.lead_id"
            : "SELECT c.lead_id, p.name, c.arm, c.came, c.until FROM programme p JOIN programme_lead c"
              " ON c.programme_id = p.id WHERE p.pack = ?1 AND c.came <= ?2 AND ?3 IS NULL"
              " ORDER BY c.came, p.id, c.lead_id",
        "tit", pack, dataset->at, ids);
    as_gathered_init(&list, sizeof(struct as_coming));
    status = gather(&list, load, stmt, error);
    as_sql_end(load->store, stmt);
    if (status == AS_OK)
        status = as_gathered_lay(&dataset->comings.start, &items, &list, dataset->leads, error);
    dataset->comings.at = items;
    as_gathered_free(&list);
    return status;
}
