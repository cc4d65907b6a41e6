/* Id lists: row ids, put into order and looked for. */
#ifndef AS_BASE_IDS_H
#define AS_BASE_IDS_H

#include "base/status.h"
#include "base/text.h"

/* at: the owner's to free; all zero is an empty one. */
struct as_id_list {
    int64_t *at;
    size_t n, room;
};
enum as_status as_id_push(struct as_id_list *list, int64_t id, struct as_error *error);

/* Puts ids into ascending order, each once; how many are left. */
size_t as_ids_each_once(int64_t *ids, size_t n);
/* The order in which ids ascend, any number of times each; those that are equal stay in theirs. order has
 * room for n < UINT32_MAX places. */
enum as_status as_ids_order(uint32_t *order, const int64_t *ids, size_t n, struct as_error *error);
/* Appends ids as a JSON array, for json_each; and one more id to an array that begins with "[" and is not
 * closed yet. */
void as_ids_json(struct as_buf *out, const int64_t *ids, size_t n);
void as_id_json(struct as_buf *out, int64_t id);
/* The first place from `from` on of an ascending array, each id once, that has the id or a greater one; n
 * when there is none. Quick where ids have no gaps, and where each is looked for from the place of the one
 * before.
 */
size_t as_ids_seek(const int64_t *ids, size_t n, size_t from, int64_t id);
/* Where in such an array an id is, unless there are gaps behind a place of one that is no greater: for
 * fetching what will be asked for. n - 1 for what would lie behind the end. */
static inline size_t as_ids_near(const int64_t *ids, size_t n, size_t place, int64_t id)
{
    const bool among = place < n && (uint64_t)id - (uint64_t)ids[place] < n - place;
    return among ? place + (size_t)((uint64_t)id - (uint64_t)ids[place]) : n - 1;
}
/* So many ahead is far enough for memory to come. */
enum { AS_IDS_AHEAD = 16 };
/* The id's place in such an array; SIZE_MAX when it is not there. */
size_t as_ids_place(const int64_t *ids, size_t n, int64_t id);
/* Many ids looked for in such an array, each from the place of the one before, without a look at the array
 * where it has no gaps. */
struct as_id_search {
    const int64_t *ids;
    size_t n, from;
    bool gaps;
};
static inline struct as_id_search as_ids_search(const int64_t *ids, size_t n)
{
    return (struct as_id_search){ids, n, 0,
                                 n > 0 && (uint64_t)ids[n - 1] - (uint64_t)ids[0] != (uint64_t)n - 1};
}
/* The id's place; SIZE_MAX when it is not there. */
static inline size_t as_ids_find(struct as_id_search *search, int64_t id)
{
    if (!search->gaps && search->n > 0) {
        const uint64_t above = (uint64_t)id - (uint64_t)search->ids[0];
        return id >= search->ids[0] && above < search->n ? (size_t)above : SIZE_MAX;
    }
    search->from = as_ids_seek(search->ids, search->n, search->from, id);
    return search->from < search->n && search->ids[search->from] == id ? search->from : SIZE_MAX;
}
/* Whether such an array has the id. */
bool as_ids_have(const int64_t *ids, size_t n, int64_t id);
/* Whether an ascending array begins with another one. Of ids without gaps the ends say it. */
bool as_ids_begin(const int64_t *ids, size_t n, const int64_t *first, size_t first_n);

#endif
