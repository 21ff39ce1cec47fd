/* A published file is there whole or not at all, and on the disk before the one that names it. */
#include "sequencer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0644, FOLDER_MODE = 0755 };

static enum status cannot(struct scope *s, const char *path)
{
    return fail(s, UNAVAILABLE, "公開ファイル %s を書けません（%s）", "cannot write the published file %s (%s)", path,
                strerrorname_np(errno));
}

/* Where the name of the last part begins. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash > path ? (size_t)(slash - path) : 0;
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_good = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return is_good;
}

/* The folder of a path and those above it; each new one is on the disk before what goes into it. */
static enum status folders(struct scope *s, const char *path)
{
    for (size_t at = 1; path[at]; at++) {
        if (path[at] != '/')
            continue;
        const char *folder = scope_print(s, "%.*s", (int)at, path);
        if (mkdir(folder, FOLDER_MODE) != 0) {
            if (errno == EEXIST)
                continue;
            return cannot(s, folder);
        }
        size_t up = folder_length(folder);
        if (chmod(folder, FOLDER_MODE) != 0 || !sync_folder(up ? scope_print(s, "%.*s", (int)up, folder) : "/"))
            return cannot(s, folder);
    }
    return OK;
}

static bool write_all(int fd, struct span bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = span_of(bytes.p + n, bytes.n - (size_t)n);
    }
    return true;
}

enum status file_publish(struct scope *s, const char *folder, const char *path, struct span bytes)
{
    const char *aside = scope_print(s, "%s/.new", folder);

    TRY(folders(s, path));
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (fd < 0)
        return cannot(s, path);
    bool is_good = fchmod(fd, FILE_MODE) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
    if (close(fd) != 0 || !is_good || rename(aside, path) != 0 ||
        !sync_folder(scope_print(s, "%.*s", (int)folder_length(path), path)))
        return cannot(s, path);
    return OK;
}

bool file_has(const char *path, size_t n)
{
    struct stat at;

    return stat(path, &at) == 0 && S_ISREG(at.st_mode) && (size_t)at.st_size == n;
}

void file_partials(struct scope *s, const char *path)
{
    const char *folder = scope_print(s, "%s.p", path);
    DIR *dir = opendir(folder);

    if (!dir)
        return;
    for (struct dirent *e = readdir(dir); e; e = readdir(dir))
        if (e->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), e->d_name, 0);
    closedir(dir);
    (void)rmdir(folder);
}
