/* The files of a log are read as they lie there: nothing is looked for elsewhere, nothing is kept, and a file is never larger in memory than
 * a tile may be. A published file is there whole or not at all, and on the disk before the one that names it. */
#include "ledger/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/event.h"

enum { PATH_ROOM = 4096, FILE_MODE = 0644, FOLDER_MODE = 0755, YEAR_DIGITS = 4, SECOND_DIGITS = 3 };

_Static_assert((int)LOG_FILE_MOST == TILE_WIDTH * (2 + LEAF_LEN) && LOG_FILE_MOST >= TILE_WIDTH * TREE_HASH_LEN,
               "a tile of hashes fits where a bundle of entries does");

enum status log_folder_open(struct scope *s, const char *path, struct log_folder *ret_folder)
{
    uint8_t *buffer = scope_alloc(s, LOG_FILE_MOST + 1);

    if (!buffer)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    *ret_folder = (struct log_folder){s, path, buffer};
    return OK;
}

static enum status unreadable(struct scope *s, const char *name, int error)
{
    if (error == ENOENT || error == ENOTDIR)
        return fail(s, NOT_FOUND, "%s がありません", "%s is missing", name);
    return fail(s, UNAVAILABLE, "%s を読めません（%s）", "cannot read %s (%s)", name, strerrorname_np(error));
}

/* At most one byte more than is allowed, which is enough to know that it is too large. */
enum status log_folder_read(const struct log_folder *folder, const char *name, uint8_t *to, struct span *ret_bytes)
{
    char path[PATH_ROOM];
    size_t n = 0;
    ssize_t got = 1;

    if (snprintf(path, sizeof path, "%s/%s", folder->path, name) >= (int)sizeof path)
        return unreadable(folder->s, name, ENAMETOOLONG);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return unreadable(folder->s, name, errno);
    while (got > 0 && n <= LOG_FILE_MOST) {
        got = read(fd, to + n, LOG_FILE_MOST + 1 - n);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            n += (size_t)got;
    }
    int error = errno;
    close(fd);
    if (got < 0)
        return unreadable(folder->s, name, error);
    if (n > LOG_FILE_MOST)
        return fail(folder->s, CORRUPT, "%s が大きすぎます（%d バイトまで）", "%s is too large (at most %d bytes)", name, LOG_FILE_MOST);
    *ret_bytes = span_of(to, n);
    return OK;
}

enum status log_folder_file(void *own, const struct tile *t, struct span *ret_bytes)
{
    struct log_folder *folder = own;
    char name[TILE_PATH_MAX];

    tile_path(t, name);
    return log_folder_read(folder, name, folder->buffer, ret_bytes);
}

static size_t digits(struct span text)
{
    size_t n = 0;

    while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
        n++;
    return n;
}

bool log_shard_is(struct span name)
{
    if (digits(name) != YEAR_DIGITS)
        return false;
    if (name.n == YEAR_DIGITS)
        return true;
    struct span second = span_of(name.p + YEAR_DIGITS + 1, name.n - YEAR_DIGITS - 1);
    return name.p[YEAR_DIGITS] == '-' && second.n > 0 && second.n <= SECOND_DIGITS && digits(second) == second.n && second.p[0] != '0';
}

/* ---- publishing ---- */

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

enum status file_publish(struct scope *s, const char *aside, const char *path, struct span bytes)
{
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
