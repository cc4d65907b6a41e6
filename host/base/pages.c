/* Ranges of addresses, over the system's calls for mapping files. What the bytes mean is left to who lays
 * them. */
#include "base/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum as_status as_pages_new(struct as_pages *out, size_t bytes, struct as_error *error)
{
    const size_t room = as_pages_round(bytes > 0 ? bytes : 1),
                 spare = room < AS_PAGES_HUGE ? 0 : AS_PAGES_HUGE;
    *out = (struct as_pages){NULL, 0};
    char *at =
        mmap(NULL, room + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return as_error_memory(error);
    if (spare > 0) {
        size_t before = (spare - (uintptr_t)at % spare) % spare;
        if (before > 0)
            munmap(at, before);
        munmap(at + before + room, spare - before);
        at += before;
    }
    *out = (struct as_pages){at, room};
    return AS_OK;
}

void as_pages_prefer_huge(void *at, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const size_t page = AS_PAGES_HUGE;
    size_t skipped = (page - (uintptr_t)at % page) % page;
    if (bytes >= page + skipped) /* where there are none, this says so, and nothing is lost */
        (void)madvise((char *)at + skipped, (bytes - skipped) / page * page, MADV_HUGEPAGE);
#else
    (void)at, (void)bytes;
#endif
}

void *as_pages_room(size_t bytes)
{
    if (bytes < AS_PAGES_HUGE)
        return malloc(bytes > 0 ? bytes : 1);
    const size_t whole = (bytes + AS_PAGES_HUGE - 1) / AS_PAGES_HUGE * AS_PAGES_HUGE;
    void *room = aligned_alloc(AS_PAGES_HUGE, whole);
    if (room != NULL)
        as_pages_prefer_huge(room, whole);
    return room;
}

static enum as_status lay(struct as_pages *pages, size_t place, int file, uint64_t offset, size_t bytes,
                          int access, struct as_error *error)
{
    if (bytes == 0)
        return AS_OK;
    if (place % AS_PAGES_STEP != 0 || place > pages->bytes || bytes > pages->bytes - place)
        return as_error_set(error, AS_ERR_BUG, "a file is laid outside of its pages");
    char *at = pages->at + place;
    if (mmap(at, bytes, access, MAP_PRIVATE | MAP_FIXED, file, (off_t)offset) == MAP_FAILED)
        return as_error_set(error, AS_ERR_IO, "cannot map a file: %s", strerror(errno));
    /* What has to come from the disk comes in pieces that can be mapped as one. */
    as_pages_prefer_huge(at, bytes);
    return AS_OK;
}

enum as_status as_pages_lay(struct as_pages *pages, size_t place, int file, uint64_t offset, size_t bytes,
                            struct as_error *error)
{
    return lay(pages, place, file, offset, bytes, PROT_READ, error);
}

enum as_status as_pages_lay_copy(struct as_pages *pages, size_t place, int file, uint64_t offset,
                                 size_t bytes, struct as_error *error)
{
    return lay(pages, place, file, offset, bytes, PROT_READ | PROT_WRITE, error);
}

enum as_status as_pages_copy(struct as_pages *out, void **at, int file, uint64_t offset, size_t bytes,
                             size_t room, struct as_error *error)
{
    const size_t over_step = (size_t)(offset % AS_PAGES_STEP), page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t before = bytes < AS_PAGES_HUGE ? over_step : (size_t)(offset % AS_PAGES_HUGE);
    enum as_status status = as_pages_new(out, before + room, error);
    if (status == AS_OK)
        status = as_pages_lay_copy(out, before - over_step, file, offset - over_step,
                                   bytes > 0 ? over_step + bytes : 0, error);
    if (status != AS_OK) {
        as_pages_free(out);
        return status;
    }
    *at = out->at + before;
    /* The file goes on within the last page. */
    size_t over = (page - (before + bytes) % page) % page;
    if (bytes > 0 && room > bytes)
        memset(out->at + before + bytes, 0, over < room - bytes ? over : room - bytes);
    return AS_OK;
}

enum as_status as_pages_open(struct as_pages *out, int *file, uint64_t *bytes, const char *path, size_t least,
                             struct as_error *error)
{
    struct stat stat;
    enum as_status status = AS_OK;
    *out = (struct as_pages){NULL, 0};
    *bytes = 0;
    *file = open(path, O_RDONLY | O_CLOEXEC);
    if (*file < 0)
        return AS_OK;
    bool there = fstat(*file, &stat) == 0 && stat.st_size >= (off_t)least;
    if (there) {
        *bytes = (uint64_t)stat.st_size;
        status = as_pages_new(out, (size_t)*bytes, error);
        if (status == AS_OK)
            status = as_pages_lay(out, 0, *file, 0, (size_t)*bytes, error);
    }
    if (there && status == AS_OK)
        return AS_OK;
    as_pages_free(out);
    close(*file);
    *file = -1;
    return status;
}

void as_pages_free(struct as_pages *pages)
{
    if (pages->at != NULL)
        munmap(pages->at, pages->bytes);
    *pages = (struct as_pages){NULL, 0};
}
