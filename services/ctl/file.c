/* A file of the state folder is whole or absent, whoever reads it and whenever the machine stops. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status refuse(struct scope *s, const char *path)
{
    return fail(s, UNAVAILABLE, "%s を作れません（%s）", "cannot make %s (%s)", path, strerrorname_np(errno));
}

static enum status make_one(struct scope *s, const char *path)
{
    struct stat at;

    if (mkdir(path, 0700) == 0)
        return OK;
    if (errno != EEXIST)
        return refuse(s, path);
    if (stat(path, &at) == 0 && S_ISDIR(at.st_mode))
        return OK;
    errno = ENOTDIR;
    return refuse(s, path);
}

enum status folder_make(struct scope *s, const char *path)
{
    for (const char *at = path; *at; at++)
        if (*at == '/' && at > path && at[-1] != '/') {
            const char *above = scope_print(s, "%.*s", (int)(at - path), path);
            if (access(above, F_OK) != 0)
                TRY(make_one(s, above));
        }
    return make_one(s, path);
}

static bool write_whole(int fd, struct span text)
{
    while (text.n) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text = span_of(text.p + n, text.n - (size_t)n);
    }
    return fsync(fd) == 0;
}

enum status file_put(struct scope *s, const char *path, mode_t mode, struct span text)
{
    const char *aside = scope_print(s, "%s.new", path);

    if (unlink(aside) != 0 && errno != ENOENT)
        return refuse(s, aside);
    int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return refuse(s, aside);
    bool is_good = fchmod(fd, mode) == 0 && write_whole(fd, text);
    is_good &= close(fd) == 0;
    if (!is_good || rename(aside, path) != 0)
        return refuse(s, path);
    return OK;
}
