/* A file of the state folder is either whole or absent: written aside, synced, then given its name; and a private one
 * is never read when others could have read it too. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "statefile.h"

void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status io_fail(struct scope *s, const char *path, int error)
{
    return fail(s, UNAVAILABLE, "%s を扱えません（%s）", "cannot use %s (%s)", path,
                strerrorname_np(error));
}

enum status statefile_path(struct scope *s, const char *dir, const char *name, char *ret_path)
{
    int n = snprintf(ret_path, STATE_PATH_MAX, "%s/%s", dir, name);
    if (n < 0 || n >= STATE_PATH_MAX)
        return fail(s, TOO_LARGE, "状態フォルダのパスが長すぎます（%d 文字）",
                    "state folder path too long (%d characters)", n);
    return OK;
}

static enum status read_all(struct scope *s, const char *path, int fd, uint8_t *to, size_t cap,
                            size_t *ret_n)
{
    size_t n = 0;
    for (;;) {
        ssize_t got = read(fd, to + n, cap - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return io_fail(s, path, errno);
        if (got == 0)
            break;
        n += (size_t)got;
        if (n == cap)
            return fail(s, TOO_LARGE, "%s が大きすぎます（%zu バイト以上）",
                        "%s is too large (%zu bytes or more)", path, cap);
    }
    *ret_n = n;
    return OK;
}

enum status statefile_read(struct scope *s, const char *path, bool is_private, uint8_t *to,
                           size_t cap, size_t *ret_n)
{
    struct stat st;
    AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ENOENT)
        return fail(s, NOT_FOUND, "%s がありません", "%s does not exist", path);
    if (fd < 0 || fstat(fd, &st) != 0)
        return io_fail(s, path, errno);
    if (!S_ISREG(st.st_mode))
        return fail(s, INVALID, "%s は通常のファイルではありません", "%s is not a regular file",
                    path);
    if (is_private && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(
            s, DENIED, "%s を本人以外が読み書きできます（モード %04o、0600 にしてください）",
            "%s is open to others (mode %04o; make it 0600)", path, (unsigned)st.st_mode & 07777u);
    return read_all(s, path, fd, to, cap, ret_n);
}

static int write_all(int fd, struct span bytes)
{
    size_t done = 0;
    while (done < bytes.n) {
        ssize_t put = write(fd, bytes.p + done, bytes.n - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        done += (size_t)put;
    }
    return fsync(fd);
}

static enum status dir_sync(struct scope *s, const char *dir)
{
    AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return io_fail(s, dir, errno);
    return OK;
}

enum status statefile_write(struct scope *s, const char *dir, const char *name, unsigned mode,
                            bool is_new, struct span bytes)
{
    char path[STATE_PATH_MAX];
    char aside[STATE_PATH_MAX];
    TRY(statefile_path(s, dir, name, path));
    TRY(statefile_path(s, dir, ".new-XXXXXX", aside));
    AUTO_FD fd = mkostemp(aside, O_CLOEXEC);
    if (fd < 0)
        return io_fail(s, aside, errno);
    bool is_put = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, bytes) == 0;
    /* link(2) refuses to replace, rename(2) replaces atomically. */
    is_put = is_put && (is_new ? link(aside, path) : rename(aside, path)) == 0;
    int error = errno;
    if (is_new || !is_put)
        unlink(aside);
    if (!is_put && is_new && error == EEXIST)
        return fail(s, CONFLICT, "%s は既にあります", "%s exists already", path);
    if (!is_put)
        return io_fail(s, path, error);
    return dir_sync(s, dir);
}

enum status statefile_lock(struct scope *s, const char *dir, int *ret_fd)
{
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return io_fail(s, dir, errno);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return io_fail(s, dir, errno);
    while (flock(fd, LOCK_EX) != 0) {
        if (errno == EINTR)
            continue;
        int error = errno;
        close(fd);
        return io_fail(s, dir, error);
    }
    *ret_fd = fd;
    return OK;
}
