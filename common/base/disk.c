/* What a process must not forget is on the disk before anybody hears of it: written aside, synced, renamed, and the folder synced. One
 * process has the folder; two would each remember half. */
#include "base/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ASIDE[] = "new";

static enum status io_fail(struct scope *s, const char *name, int error)
{
    return fail(s, UNAVAILABLE, "%s を扱えません（%s）", "cannot use %s (%s)", name, strerrorname_np(error));
}

static enum status closed_to_others(struct scope *s, int fd, const char *path)
{
    struct stat at;

    if (fstat(fd, &at) != 0)
        return io_fail(s, path, errno);
    if (at.st_mode & (S_IRWXG | S_IRWXO))
        return fail(s, DENIED, "%s に他人が入れます（0700 にしてください）", "others may enter %s (make it 0700)", path);
    return OK;
}

enum status disk_open(struct scope *s, const char *path, int *ret_fd)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT)
        return fail(s, NOT_FOUND, "%s がありません", "%s does not exist", path);
    if (fd < 0)
        return io_fail(s, path, errno);
    enum status st = closed_to_others(s, fd, path);
    if (st == OK)
        *ret_fd = fd;
    else
        close(fd);
    return st;
}

enum status disk_lock(struct scope *s, const char *path, int *ret_fd)
{
    int fd;

    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return io_fail(s, path, errno);
    TRY(disk_open(s, path, &fd));
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        *ret_fd = fd;
        return OK;
    }
    enum status st = errno == EWOULDBLOCK ? fail(s, CONFLICT, "%s はほかのプロセスが使っています", "another process uses %s", path)
                                          : io_fail(s, path, errno);
    close(fd);
    return st;
}

static enum status read_all(struct scope *s, int file, const char *name, size_t cap, struct span *ret_bytes)
{
    uint8_t *to = scope_alloc(s, cap + 1);
    size_t n = 0;

    while (to && n <= cap) {
        ssize_t got = read(file, to + n, cap + 1 - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return io_fail(s, name, errno);
        if (got == 0) {
            *ret_bytes = span_of(to, n);
            return OK;
        }
        n += (size_t)got;
    }
    return fail(s, TOO_LARGE, "%s が大きすぎます", "%s is too large", name);
}

enum status disk_read(struct scope *s, int fd, const char *name, size_t cap, struct span *ret_bytes)
{
    int file = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (file < 0 && errno == ENOENT)
        return fail(s, NOT_FOUND, "%s がありません", "%s does not exist", name);
    if (file < 0)
        return io_fail(s, name, errno);
    enum status st = read_all(s, file, name, cap, ret_bytes);
    close(file);
    return st;
}

static bool write_all(int file, struct span bytes)
{
    for (size_t done = 0; done < bytes.n;) {
        ssize_t put = write(file, bytes.p + done, bytes.n - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        done += (size_t)put;
    }
    return fsync(file) == 0;
}

enum status disk_put(struct scope *s, int fd, const char *name, struct span bytes)
{
    int file = openat(fd, ASIDE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (file < 0)
        return io_fail(s, ASIDE, errno);
    bool is_put = write_all(file, bytes);
    int error = errno;
    close(file);
    if (!is_put)
        return io_fail(s, ASIDE, error);
    if (renameat(fd, ASIDE, fd, name) != 0 || fsync(fd) != 0)
        return io_fail(s, name, errno);
    return OK;
}

enum status disk_keep_aside(struct scope *s, int fd, const char *name, const char *aside)
{
    if (renameat(fd, name, fd, aside) != 0 && errno != ENOENT)
        return io_fail(s, name, errno);
    return OK;
}

/* Counts what matches, and removes it if told to. */
static enum status walk(struct scope *s, int fd, const char *prefix, const char *suffix, bool removes, const char *but, size_t *ret_n)
{
    size_t head = strlen(prefix), tail = strlen(suffix);
    int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = own >= 0 ? fdopendir(own) : NULL;
    int error = errno;

    *ret_n = 0;
    if (!dir) {
        if (own >= 0)
            close(own);
        return io_fail(s, prefix, error);
    }
    error = 0;
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        size_t n = strlen(e->d_name);
        if (n < head + tail || strncmp(e->d_name, prefix, head) != 0 || strcmp(e->d_name + n - tail, suffix) != 0)
            continue;
        ++*ret_n;
        if (removes && !(but && strcmp(but, e->d_name) == 0) && unlinkat(fd, e->d_name, 0) != 0)
            error = errno;
    }
    closedir(dir);
    return error ? io_fail(s, prefix, error) : OK;
}

enum status disk_sweep(struct scope *s, int fd, const char *prefix, const char *suffix, const char *but)
{
    size_t n;

    return walk(s, fd, prefix, suffix, true, but, &n);
}

enum status disk_count(struct scope *s, int fd, const char *prefix, const char *suffix, size_t *ret_n)
{
    return walk(s, fd, prefix, suffix, false, NULL, ret_n);
}
