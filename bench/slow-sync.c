/*
 * Preloaded (LD_PRELOAD), makes every sync take DELAY_MICROS longer, as on a slower disk. Syncs at the same time wait at the same time,
 * as a disk with a queue serves them. Compiled by ./tradewind bench path --sync-delay.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>

static void delay(void)
{
    struct timespec left = {DELAY_MICROS / 1000000, DELAY_MICROS % 1000000 * 1000L};
    int saved = errno;
    while (nanosleep(&left, &left) == -1 && errno == EINTR) {
    }
    errno = saved;
}

#define NEXT(name, type) \
    static type next; \
    if (next == NULL) \
    next = (type)dlsym(RTLD_NEXT, name)

typedef int (*sync_fd)(int);
typedef int (*sync_range)(int, off64_t, off64_t, unsigned int);
typedef int (*sync_map)(void *, size_t, int);

int fsync(int fd)
{
    NEXT("fsync", sync_fd);
    delay();
    return next(fd);
}

int fdatasync(int fd)
{
    NEXT("fdatasync", sync_fd);
    delay();
    return next(fd);
}

int sync_file_range(int fd, off64_t offset, off64_t count, unsigned int flags)
{
    NEXT("sync_file_range", sync_range);
    /* Without a wait it only starts writing: no disk makes that slow. */
    if (flags & (SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WAIT_AFTER))
        delay();
    return next(fd, offset, count, flags);
}

int msync(void *address, size_t length, int flags)
{
    NEXT("msync", sync_map);
    if (flags & MS_SYNC)
        delay();
    return next(address, length, flags);
}
