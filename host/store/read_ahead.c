/* Read ahead: walking the inner pages of b-trees, as SQLite's file format has them, to read the leaves below
 * in large pieces before somebody asks for them. All is read through SQLite's own handle of the file: to
 * close another one would drop the locks that this process has on it. What lies in the log is not looked at.
 */
#include "store/read_ahead.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Files of less are read before a thread has begun. */
enum { LEAST_BYTES = 64 << 20 };
/* Pages that lie so near to each other are read with what is between them: the disk takes longer to come to
 * the next than to read on. */
enum { GAP_BYTES = 64 << 10, PIECE_BYTES = 1 << 20 };
/* So much may wait to be read. */
#define AHEAD_BYTES (INT64_C(1) << 30)
/* A page that comes sooner is in memory already. */
enum { MEMORY_NS = 25000 };
enum { LOOK_AGAIN_NS = 2000000 };
/* SQLite's trees are no deeper than this. */
enum { MOST_DEPTH = 20 };

struct tree {
    struct as_read_ahead *ahead;
    const char *name; /* NULL: the whole file */
    pthread_t thread;
    bool running;
    sqlite3 *db;
    sqlite3_file *file;
    int64_t page_bytes, pages;
    unsigned char *piece; /* PIECE_BYTES */
    int64_t from, to;     /* bytes that are to be read, none yet when equal */
    double share;         /* of the tree that was read so far */
    double lead;          /* it may be so far ahead of the caller */
};

struct as_read_ahead {
    char *path;
    atomic_bool ended;
    _Atomic double reached; /* by the caller, 0 to 1 */
    struct tree tree[AS_READ_AHEAD_TREES];
    size_t n;
};

static bool ended(const struct tree *tree)
{
    return atomic_load(&tree->ahead->ended);
}

static bool read_at(struct tree *tree, void *into, int64_t bytes, int64_t at)
{
    return tree->file->pMethods->xRead(tree->file, into, (int)bytes, at) == SQLITE_OK;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool in_memory(struct tree *tree, int64_t at)
{
    int64_t began = now_ns();
    return read_at(tree, tree->piece, tree->page_bytes, at) && now_ns() - began < MEMORY_NS;
}

/* Of what is in memory already two pages are looked at. */
static void read_piece(struct tree *tree)
{
    int64_t n = tree->to - tree->from;
    if (n > 0 && !(in_memory(tree, tree->from) && in_memory(tree, tree->to - tree->page_bytes)))
        (void)read_at(tree, tree->piece, n, tree->from);
    tree->from = tree->to = 0;
    while (!ended(tree) && tree->share > atomic_load(&tree->ahead->reached) + tree->lead)
        nanosleep(&(struct timespec){0, LOOK_AGAIN_NS}, NULL);
}

static void want_page(struct tree *tree, int64_t page)
{
    int64_t at = (page - 1) * tree->page_bytes, end = at + tree->page_bytes;
    if (page < 1 || page > tree->pages)
        return;
    bool near = tree->to > tree->from && at >= tree->to && at - tree->to <= GAP_BYTES;
    if (!near || end - tree->from > PIECE_BYTES)
        read_piece(tree);
    if (tree->to == tree->from)
        tree->from = at;
    tree->to = end;
}

/* --- trees --- */

static int64_t number(const unsigned char *at, size_t bytes)
{
    int64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

/* An inner page: its children, the last one behind the others. */
struct inner {
    unsigned char *at;
    size_t bytes, head, n;
};

static bool open_inner(struct inner *out, struct tree *tree, int64_t page)
{
    enum { INNER_INDEX = 2, INNER_TABLE = 5, HEAD = 12, FILE_HEAD = 100 };
    *out = (struct inner){.at = malloc((size_t)tree->page_bytes), .bytes = (size_t)tree->page_bytes};
    if (out->at == NULL || page < 1 || page > tree->pages ||
        !read_at(tree, out->at, tree->page_bytes, (page - 1) * tree->page_bytes))
        return false;
    const unsigned char *head = out->at + (page == 1 ? FILE_HEAD : 0);
    out->head = (size_t)(head - out->at) + HEAD;
    out->n = (size_t)number(head + 3, 2);
    return (head[0] == INNER_INDEX || head[0] == INNER_TABLE) && out->head + 2 * out->n <= out->bytes;
}

static int64_t child_of(const struct inner *inner, size_t place)
{
    if (place == inner->n)
        return number(inner->at + inner->head - 4, 4);
    size_t cell = (size_t)number(inner->at + inner->head + 2 * place, 2);
    return cell + 4 <= inner->bytes ? number(inner->at + cell, 4) : 0;
}

/* How many inner pages are above a leaf. */
static int depth_of(struct tree *tree, int64_t page)
{
    struct inner inner;
    int depth = 0;
    for (; depth < MOST_DEPTH && open_inner(&inner, tree, page); depth++) {
        page = child_of(&inner, 0);
        free(inner.at);
    }
    free(depth < MOST_DEPTH ? inner.at : NULL);
    return depth;
}

/* share: what of the tree is below this page. */
static void walk(struct tree *tree, int64_t page, int depth, double share)
{
    struct inner inner;
    if (open_inner(&inner, tree, page)) {
        double each = share / (double)(inner.n + 1);
        for (size_t i = 0; i <= inner.n && !ended(tree); i++)
            if (depth > 1) {
                walk(tree, child_of(&inner, i), depth - 1, each);
            } else {
                want_page(tree, child_of(&inner, i));
                tree->share += each;
            }
    }
    free(inner.at);
}

static void read_tree(struct tree *tree)
{
    sqlite3_stmt *stmt = NULL;
    int64_t root = 0;
    if (sqlite3_prepare_v2(tree->db, "SELECT rootpage FROM sqlite_schema WHERE name = ?", -1, &stmt, NULL) ==
            SQLITE_OK &&
        sqlite3_bind_text(stmt, 1, tree->name, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        root = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    int depth = root > 0 ? depth_of(tree, root) : 0;
    if (depth > 0)
        walk(tree, root, depth, 1);
    read_piece(tree);
}

static void read_all(struct tree *tree)
{
    for (int64_t page = 1; page <= tree->pages && !ended(tree); page++)
        want_page(tree, page);
    read_piece(tree);
}

/* --- threads --- */

static bool open_file(struct tree *tree)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3_int64 bytes = 0;
    if (sqlite3_open_v2(tree->ahead->path, &tree->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return false;
    if (sqlite3_prepare_v2(tree->db, "PRAGMA page_size", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        tree->page_bytes = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    /* The file is opened by the first reading. */
    bool found =
        sqlite3_exec(tree->db, "PRAGMA user_version", NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_file_control(tree->db, "main", SQLITE_FCNTL_FILE_POINTER, &tree->file) == SQLITE_OK &&
        tree->file != NULL && tree->file->pMethods != NULL &&
        tree->file->pMethods->xFileSize(tree->file, &bytes) == SQLITE_OK;
    tree->pages = found && tree->page_bytes > 0 ? bytes / tree->page_bytes : 0;
    return tree->pages > 0;
}

/* A file that memory does not hold beside all else would drive itself out. */
static bool fits(const struct tree *tree)
{
    return tree->pages * tree->page_bytes / 2 <= (int64_t)sysconf(_SC_PHYS_PAGES) / 4 * sysconf(_SC_PAGESIZE);
}

static void *read_on(void *argument)
{
    struct tree *tree = argument;
    tree->piece = malloc(PIECE_BYTES);
    if (tree->piece != NULL && tree->name != NULL)
        read_tree(tree);
    else if (tree->piece != NULL)
        read_all(tree);
    return NULL;
}

static bool begin(struct tree *tree, struct as_read_ahead *ahead, const char *name)
{
    *tree = (struct tree){.ahead = ahead, .name = name};
    if (!open_file(tree) || (name == NULL && !fits(tree)))
        return false;
    tree->lead = (double)AHEAD_BYTES / (double)(tree->pages * tree->page_bytes);
    tree->running = pthread_create(&tree->thread, NULL, read_on, tree) == 0;
    return tree->running;
}

void as_read_ahead_begin(struct as_read_ahead **out, struct as_store *store, const char *const *trees,
                         size_t n)
{
    struct stat file;
    *out = NULL;
    if (as_in_memory(store) || stat(store->path, &file) != 0 || file.st_size < LEAST_BYTES)
        return;
    struct as_read_ahead *ahead = calloc(1, sizeof *ahead);
    if (ahead == NULL)
        return;
    atomic_init(&ahead->ended, false);
    atomic_init(&ahead->reached, 0);
    ahead->path = strdup(store->path);
    bool more = ahead->path != NULL;
    for (; more && ahead->n < (n == 0 ? 1 : n); ahead->n++)
        more = begin(&ahead->tree[ahead->n], ahead, n == 0 ? NULL : trees[ahead->n]);
    if (more)
        *out = ahead;
    else
        as_read_ahead_end(ahead);
}

void as_read_ahead_reached(struct as_read_ahead *ahead, uint64_t done, uint64_t all)
{
    if (ahead != NULL)
        atomic_store(&ahead->reached, (double)done / (double)all);
}

void as_read_ahead_end(struct as_read_ahead *ahead)
{
    if (ahead == NULL)
        return;
    atomic_store(&ahead->ended, true);
    for (size_t i = 0; i < ahead->n; i++) {
        struct tree *tree = &ahead->tree[i];
        if (tree->running)
            pthread_join(tree->thread, NULL);
        sqlite3_close(tree->db);
        free(tree->piece);
    }
    free(ahead->path);
    free(ahead);
}
