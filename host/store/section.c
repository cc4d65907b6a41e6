/* Sections: writing parts of a file side by side. */
#include "store/section.h"

#include "base/intern.h"
#include "base/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum as_status cannot_write(struct as_error *error)
{
    as_error_set(error, AS_ERR_IO, "cannot write a file beside the database: %s", strerror(errno));
    return as_error_advise(error, "look at the room and permissions of the database's folder");
}

enum as_status as_section_create(int *file, const char *path, struct as_error *error)
{
    *file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return *file >= 0 ? AS_OK : cannot_write(error);
}

enum as_status as_section_finish(int file, const void *head, size_t n, uint64_t bytes, struct as_error *error)
{
    enum as_status status = as_section_write(file, head, n, 0, error);
    return status == AS_OK && ftruncate(file, (off_t)bytes) != 0 ? cannot_write(error) : status;
}

enum as_status as_section_write(int file, const void *bytes, size_t n, uint64_t at, struct as_error *error)
{
    const char *from = bytes;
    while (n > 0) {
        ssize_t done = pwrite(file, from, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return cannot_write(error);
        from += done;
        n -= (size_t)done;
        at += (uint64_t)done;
    }
    return AS_OK;
}

enum as_status as_section_open(struct as_section *out, int file, uint64_t at, uint64_t bytes,
                               struct as_pen **pen, struct as_error *error)
{
    /* The system keeps what is written at once in one piece, and maps it as one. */
    size_t room = at % AS_PAGES_HUGE == 0 && bytes >= AS_PAGES_HUGE ? AS_PAGES_HUGE : AS_SECTION_BLOCK;
    *out = (struct as_section){.file = file, .block = malloc(room), .room = room, .at = at, .pen = pen};
    return out->block == NULL ? as_error_memory(error) : AS_OK;
}

static uint64_t sum_of(const char *bytes, uint64_t n, uint64_t sum)
{
    while (n > 0) {
        size_t take = n < AS_SECTION_BLOCK ? (size_t)n : AS_SECTION_BLOCK;
        sum = as_hash_bytes(bytes, take, sum);
        bytes += take;
        n -= take;
    }
    return sum;
}

static enum as_status write_block(struct as_section *section, struct as_pen **pen, struct as_error *error)
{
    const size_t n = section->used;
    const uint64_t at = section->at;
    section->sum = sum_of(section->block, n, section->sum);
    section->at += n;
    section->used = 0;
    return pen != NULL ? as_pen_write(pen, section->file, &section->block, n, at, error)
                       : as_section_write(section->file, section->block, n, at, error);
}

enum as_status as_section_end(struct as_section *section, struct as_error *error)
{
    return section->used > 0 ? write_block(section, NULL, error) : AS_OK;
}

enum as_status as_section_push(struct as_section *section, const void *bytes, size_t n,
                               struct as_error *error)
{
    const char *from = bytes;
    enum as_status status = AS_OK;
    while (n > 0 && status == AS_OK) {
        size_t room = section->room - section->used, take = n < room ? n : room;
        memcpy(section->block + section->used, from, take);
        section->used += take;
        from += take;
        n -= take;
        if (section->used == section->room)
            status = write_block(section, section->room == AS_PAGES_HUGE ? section->pen : NULL, error);
    }
    return status;
}

void as_section_free(struct as_section *section)
{
    free(section->block);
    section->block = NULL;
}

uint64_t as_section_sum(const void *bytes, uint64_t n)
{
    return sum_of(bytes, n, 0);
}
