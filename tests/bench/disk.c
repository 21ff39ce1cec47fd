/* What one durable write costs on this disk: 8 KiB over and over, fdatasync after each, as PostgreSQL does with its log. */
#include <fcntl.h>
#include <unistd.h>

#include "bench.h"

enum { WRITES = 400, PAGE = 8192 };

void disk_report(struct bench *b)
{
    static const uint8_t PAGE_BYTES[PAGE];
    int64_t us[WRITES];
    const char *path = scope_print(b->s, "%s/bench-disk", b->cfg.state);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    for (int i = 0; fd >= 0 && i < WRITES; i++)
        if (pwrite(fd, PAGE_BYTES, PAGE, (off_t)i * PAGE) != PAGE)
            stop("disk", "cannot write");
    if (fd < 0 || fsync(fd) != 0)
        stop("disk", "cannot write");
    for (int i = 0; i < WRITES; i++) {
        int64_t start = clock_mono_us();
        if (pwrite(fd, PAGE_BYTES, PAGE, (off_t)i * PAGE) != PAGE || fdatasync(fd) != 0)
            stop("disk", "cannot write");
        us[i] = clock_mono_us() - start;
    }
    close(fd);
    unlink(path);
    percentiles("disk", "fdatasync 8 KiB", us, WRITES);
}
