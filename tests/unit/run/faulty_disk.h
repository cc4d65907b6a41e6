/* A disk that fails: an SQLite VFS over the real one that counts what changes files (open, write, truncate,
 * sync, delete) and, from a chosen one on, refuses, writes half, or kills the process. Register once, before
 * any database is opened. */
#ifndef AS_TEST_FAULTY_DISK_H
#define AS_TEST_FAULTY_DISK_H

#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum faulty_how {
    FAULTY_NOT,
    FAULTY_ONCE,  /* the n-th fails, later ones work */
    FAULTY_GONE,  /* the n-th and all after it fail */
    FAULTY_FULL,  /* the same, as a full disk: only writing fails */
    FAULTY_SHORT, /* a full disk that still takes half of the n-th write */
    FAULTY_KILL,  /* the process dies before the n-th */
    FAULTY_TORN,  /* the process dies in the middle of the n-th when it is a write */
};

static struct {
    enum faulty_how how;
    uint64_t at, seen;
} faulty_disk;

static inline void faulty_set(enum faulty_how how, uint64_t at)
{
    faulty_disk.how = how;
    faulty_disk.at = at;
    faulty_disk.seen = 0;
}

struct faulty_file {
    sqlite3_file base; /* SQLite's view; the real file follows */
};

static inline sqlite3_file *faulty_real(sqlite3_file *file)
{
    return (sqlite3_file *)((struct faulty_file *)file + 1);
}

/* What becomes of the next change; `writes` for those a full disk refuses. SQLITE_OK: let it through. *half
 * is set when half of it shall arrive first. */
static inline int faulty_next(bool writes, bool *half)
{
    bool here = ++faulty_disk.seen == faulty_disk.at, after = faulty_disk.seen > faulty_disk.at;
    *half = false;
    switch (faulty_disk.how) {
    case FAULTY_NOT:
        return SQLITE_OK;
    case FAULTY_ONCE:
        return here ? SQLITE_IOERR : SQLITE_OK;
    case FAULTY_GONE:
        return here || after ? SQLITE_IOERR : SQLITE_OK;
    case FAULTY_SHORT:
        *half = here && writes;
        return (here || after) && writes ? SQLITE_FULL : SQLITE_OK;
    case FAULTY_FULL:
        return (here || after) && writes ? SQLITE_FULL : SQLITE_OK;
    case FAULTY_KILL:
    case FAULTY_TORN:
        if (here && !(faulty_disk.how == FAULTY_TORN && writes))
            raise(SIGKILL);
        *half = here;
        return SQLITE_OK;
    }
    return SQLITE_OK;
}

static int faulty_close(sqlite3_file *file)
{
    return faulty_real(file)->pMethods->xClose(faulty_real(file));
}
static int faulty_read(sqlite3_file *file, void *into, int n, sqlite3_int64 at)
{
    return faulty_real(file)->pMethods->xRead(faulty_real(file), into, n, at);
}
static int faulty_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
    sqlite3_file *real = faulty_real(file);
    bool half;
    int result = faulty_next(true, &half);
    if (half)
        real->pMethods->xWrite(real, from, n / 2, at);
    if (half && faulty_disk.how == FAULTY_TORN)
        raise(SIGKILL);
    return result != SQLITE_OK ? result : real->pMethods->xWrite(real, from, n, at);
}
static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    bool half;
    int result = faulty_next(false, &half);
    return result != SQLITE_OK ? SQLITE_IOERR_TRUNCATE
                               : faulty_real(file)->pMethods->xTruncate(faulty_real(file), size);
}
/* Counts, and waits for no disk: what dies here is the process, and the system keeps what was written. */
static int faulty_sync(sqlite3_file *file, int flags)
{
    (void)file, (void)flags;
    bool half;
    return faulty_next(false, &half) != SQLITE_OK ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}
static int faulty_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return faulty_real(file)->pMethods->xFileSize(faulty_real(file), size);
}
static int faulty_lock(sqlite3_file *file, int level)
{
    return faulty_real(file)->pMethods->xLock(faulty_real(file), level);
}
static int faulty_unlock(sqlite3_file *file, int level)
{
    return faulty_real(file)->pMethods->xUnlock(faulty_real(file), level);
}
static int faulty_reserved(sqlite3_file *file, int *out)
{
    return faulty_real(file)->pMethods->xCheckReservedLock(faulty_real(file), out);
}
static int faulty_control(sqlite3_file *file, int op, void *argument)
{
    return faulty_real(file)->pMethods->xFileControl(faulty_real(file), op, argument);
}
static int faulty_sector(sqlite3_file *file)
{
    return faulty_real(file)->pMethods->xSectorSize(faulty_real(file));
}
static int faulty_traits(sqlite3_file *file)
{
    return faulty_real(file)->pMethods->xDeviceCharacteristics(faulty_real(file));
}
static int faulty_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return faulty_real(file)->pMethods->xShmMap(faulty_real(file), page, size, extend, out);
}
static int faulty_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return faulty_real(file)->pMethods->xShmLock(faulty_real(file), offset, n, flags);
}
static void faulty_shm_barrier(sqlite3_file *file)
{
    faulty_real(file)->pMethods->xShmBarrier(faulty_real(file));
}
static int faulty_shm_unmap(sqlite3_file *file, int remove)
{
    return faulty_real(file)->pMethods->xShmUnmap(faulty_real(file), remove);
}

static const sqlite3_io_methods faulty_methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_reserved,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector,
    .xDeviceCharacteristics = faulty_traits,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

static sqlite3_vfs *faulty_below;

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    (void)vfs;
    bool half;
    file->pMethods = NULL;
    if (faulty_next(false, &half) != SQLITE_OK)
        return SQLITE_CANTOPEN;
    int result = faulty_below->xOpen(faulty_below, name, faulty_real(file), flags, out);
    if (result == SQLITE_OK)
        file->pMethods = &faulty_methods;
    return result;
}

static int faulty_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    bool half;
    if (faulty_next(false, &half) != SQLITE_OK)
        return SQLITE_IOERR_DELETE;
    return faulty_below->xDelete(faulty_below, name, sync);
}

/* Makes it the disk of every database that the process opens. */
static inline int faulty_install(void)
{
    static sqlite3_vfs vfs;
    faulty_below = sqlite3_vfs_find(NULL);
    vfs = *faulty_below; /* what is not replaced goes to the real one, which reads nothing of its own there */
    vfs.pNext = NULL;
    vfs.zName = "faulty";
    vfs.szOsFile = (int)sizeof(struct faulty_file) + faulty_below->szOsFile;
    vfs.xOpen = faulty_open;
    vfs.xDelete = faulty_delete;
    return sqlite3_vfs_register(&vfs, 1);
}

#endif
