/* Tail files: writing and mapping files of events as they came. Which there are, and whether the table still
 * says the same, is left to event_tail.c. */
#include "store/snapshot/tail_file.h"

#include "base/intern.h"
#include "store/section.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char magic[8] = "ASSYTAIL";
enum { VERSION = 1 };
#define BYTE_ORDER_MARK UINT32_C(0x01020304)

struct head {
    char magic[8];
    uint32_t version, byte_order;
    uint64_t rows, rows_sum;
    uint64_t sum; /* of the head with 0 here */
    uint64_t unused[3];
};
_Static_assert(sizeof(struct head) % sizeof(struct as_tail_row) == 0, "rows begin as they are aligned");

static uint64_t head_sum(const struct head *head)
{
    struct head copy = *head;
    copy.sum = 0;
    return as_hash_bytes(&copy, sizeof copy, VERSION);
}

static bool sound(const struct head *head, uint64_t bytes, uint64_t sum)
{
    return memcmp(head->magic, magic, sizeof magic) == 0 && head->version == VERSION &&
           head->byte_order == BYTE_ORDER_MARK && head->sum == sum && head_sum(head) == sum &&
           head->rows == (bytes - sizeof *head) / sizeof(struct as_tail_row);
}

enum as_status as_tail_file_open(struct as_tail_file *out, bool *found, const char *path, uint64_t sum,
                                 struct as_error *error)
{
    uint64_t bytes;
    int file;
    *found = false;
    *out = (struct as_tail_file){.sum = sum};
    enum as_status status = as_pages_open(&out->pages, &file, &bytes, path, sizeof(struct head), error);
    if (file < 0)
        return status;
    const struct head *head = (const void *)out->pages.at;
    *found = sound(head, bytes, sum);
    if (*found) {
        out->at = (const void *)(head + 1);
        out->n = (size_t)head->rows;
    }
    close(file);
    if (!*found)
        as_tail_file_close(out);
    return status;
}

void as_tail_file_close(struct as_tail_file *file)
{
    as_pages_free(&file->pages);
    *file = (struct as_tail_file){.n = 0};
}

bool as_tail_file_whole(const struct as_tail_file *file)
{
    const struct head *head = (const void *)file->pages.at;
    return as_section_sum(file->at, file->n * sizeof *file->at) == head->rows_sum;
}

enum as_status as_tail_file_write(uint64_t *sum, const char *path, const struct as_tail_rows *piece,
                                  size_t pieces, struct as_error *error)
{
    struct head head = {.version = VERSION, .byte_order = BYTE_ORDER_MARK};
    struct as_section rows = {.file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
    int file = rows.file;
    if (file < 0) {
        as_error_set(error, AS_ERR_IO, "cannot write a file of events: %s", strerror(errno));
        return as_error_advise(error, "look at the room and permissions of the database's folder");
    }
    enum as_status status = as_section_open(&rows, file, sizeof head, 0, error);
    for (size_t i = 0; i < pieces && status == AS_OK; i++) {
        status = as_section_push(&rows, piece[i].at, piece[i].n * sizeof *piece[i].at, error);
        head.rows += piece[i].n;
    }
    if (status == AS_OK)
        status = as_section_end(&rows, error);
    memcpy(head.magic, magic, sizeof magic);
    head.rows_sum = rows.sum;
    *sum = head.sum = head_sum(&head);
    if (status == AS_OK)
        status = as_section_write(file, &head, sizeof head, 0, error);
    as_section_free(&rows);
    close(file);
    return status;
}
