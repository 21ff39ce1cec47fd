/* Files that are served are replaced whole and never written to, so that an open one stays what it is. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* errno tells why not. */
static int open_below(struct scope *s, const char *folder, struct span path)
{
    int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

    while (fd >= 0 && path.n) {
        const uint8_t *slash = memchr(path.p, '/', path.n);
        size_t n = slash ? (size_t)(slash - path.p) : path.n;
        const char *name = scope_print(s, "%.*s", (int)n, (const char *)path.p);
        int next = openat(fd, name, O_NOFOLLOW | O_CLOEXEC | (slash ? O_PATH | O_DIRECTORY : O_RDONLY | O_NONBLOCK | O_NOCTTY));
        int error = errno;
        close(fd);
        errno = error;
        fd = next;
        path = slash ? span_of(slash + 1, path.n - n - 1) : (struct span){0};
    }
    return fd;
}

static enum status no_such(struct scope *s)
{
    return fail(s, NOT_FOUND, "そのファイルはありません", "there is no such file");
}

static enum status unreadable(struct scope *s, int error)
{
    if (error == ENOENT || error == ENOTDIR || error == ELOOP)
        return no_such(s);
    return fail(s, UNAVAILABLE, "ファイルを読めません（%s）", "cannot read the file (%s)", strerrorname_np(error));
}

static enum status read_whole(struct scope *s, int fd, size_t most, struct span *ret_bytes)
{
    struct stat is;
    size_t n = 0;

    if (fstat(fd, &is) != 0)
        return unreadable(s, errno);
    if (!S_ISREG(is.st_mode))
        return no_such(s);
    if ((uint64_t)is.st_size > most)
        return fail(s, CORRUPT, "ファイルが大きすぎます", "the file is too large");
    size_t all = (size_t)is.st_size;
    uint8_t *to = scope_alloc(s, all + 1);
    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません", "the scope is full");
    while (n < all) {
        ssize_t got = read(fd, to + n, all - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return unreadable(s, got < 0 ? errno : EIO);
        n += (size_t)got;
    }
    *ret_bytes = span_of(to, all);
    return OK;
}

enum status file_below(struct scope *s, const char *folder, struct span path, size_t most, struct span *ret_bytes)
{
    int fd = open_below(s, folder, path);

    if (fd < 0)
        return unreadable(s, errno);
    enum status st = read_whole(s, fd, most, ret_bytes);
    close(fd);
    return st;
}
