/* The parts of a fixture under construction; for fixture*.c alone. */
#ifndef AS_BIND_FIXTURE_PARTS_H
#define AS_BIND_FIXTURE_PARTS_H

#include "base/arena.h"
#include "bind/trial/fixture.h"

struct as_fixture {
    lua_State *L;
    const struct as_pack *pack;
    const struct as_schema *schema;
    struct as_dataset *set;
    struct as_arena *scratch;
    int top;      /* stack index of the description */
    int subjects; /* stack index of an array: description of lead row i at i + 1; `false` for a referred lead
                   */
    int leads, accounts; /* stack indexes of arrays: fields of row i at i + 1 */
    int rows;            /* stack index of a map: table of fields → row */
};

/* Raises what a library function refused. */
void as_fixture_require(struct as_fixture *f, enum as_status status, const struct as_error *error);
_Noreturn void as_fixture_refuse(struct as_fixture *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Raises for the first key of the table that is neither one of names nor a place 1 … places; `what` says
 * whose keys they are. */
void as_fixture_keys(struct as_fixture *f, int table, const char *what, lua_Integer places,
                     const char *const *names, size_t n);
/* Sets a row of a column from the Lua value. what: "lead.title". */
void as_fixture_put(struct as_fixture *f, struct as_column *column, uint32_t row, enum as_type type,
                    int value, const char *what);
/* The text at a stack index; raises naming what when it is none. */
struct as_str as_fixture_text(struct as_fixture *f, int value, const char *what);

/* Grows a malloc'ed array of n items, which the dataset owns, by one; raises without memory. */
void *as_fixture_grown(struct as_fixture *f, void *array, uint32_t n, size_t size);

/* Pushes the table under `name` of the table at `index`, or an empty one. */
void as_fixture_push_table(struct as_fixture *f, int index, const char *name);

/* fixture_answer.c: the answers of the subject whose description is on top, for its row. */
void as_fixture_answers(struct as_fixture *f, uint32_t row);
/* fixture_log.c: events, touches and consents of every subject. */
void as_fixture_logs(struct as_fixture *f);
/* fixture_programme.c: the id of the lead whose description is on top of the stack, beyond that of the one
 * before: the first that lies in the arm which is said. */
int64_t as_fixture_id(struct as_fixture *f, int64_t before);
/* fixture_programme.c: `programmes` of the subject whose description is on top; appends to the log and
 * returns how many are in it. */
uint32_t as_fixture_comings(struct as_fixture *f, uint32_t row, uint32_t n);
/* fixture_past.c: priors, enrolments, override. */
void as_fixture_past(struct as_fixture *f);

#endif
