/* Comparing: what two databases must both hold, and where they part. */
#ifndef AS_TEST_COMPARING_H
#define AS_TEST_COMPARING_H

#include "base/text.h"

/* One that decides those with news, one that decides everybody: a folder of each name with its assay.db. */
enum twin { TWIN_SOME, TWIN_ALL, TWINS };
const char *twin_folder(enum twin twin);

/* Says what is wrong with which file, and ends the program with 3. */
_Noreturn void give_up(const char *what, const char *which);

/* Rows of a query, a line each. */
struct rows {
    struct as_buf text;
    size_t n;
};
void read_rows(struct rows *out, const char *folder, enum twin twin, const char *sql);

/* In how many queries the twins of a folder differ; tells where. followed: one was decided by `assay follow`,
 * whose screens tell of clocks only when it has looked at all of them. */
int compare_twins(const char *folder, bool followed);
/* Gives up where a run took a lead from whoever had not answered, and gave it to two people. */
void check_owners(const char *folder);
/* The newest looks at programmes, counted again by hand: gives up where one counts otherwise. Right after a
 * look, before anybody is merged or erased. */
void recount_looks(const char *folder);

#endif
