/* The public log, byte for byte as it lies in log.dir. No path goes to the system as it was sent: it is the checkpoint of a fiscal year's
 * log, or exactly what tile_path prints, and every folder on the way to it is opened by itself, so that no link leads elsewhere. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inside.h"
#include "ledger/event.h"
#include "ledger/tile.h"

enum { HTTP_OK = 200, YEAR_DIGITS = 4, SECOND_DIGITS = 3 };
enum { ENTRY_LEN = 2 + LEAF_LEN, TILE_MOST = TILE_WIDTH * ENTRY_LEN, NOTE_MOST = 16 << 10 };

_Static_assert(TILE_MOST >= TILE_WIDTH * TREE_HASH_LEN && TILE_MOST < REQUEST_CAP / 2, "every tile fits, and a request's scope holds it");

struct wanted {
    const char *type, *cache;
    size_t most; /* bytes */
};

static size_t digits(struct span text)
{
    size_t n = 0;

    while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
        n++;
    return n;
}

/* "2026", or "2026-2" for the second log of that year. */
static bool is_shard(struct span name)
{
    if (digits(name) != YEAR_DIGITS)
        return false;
    if (name.n == YEAR_DIGITS)
        return true;
    struct span second = span_of(name.p + YEAR_DIGITS + 1, name.n - YEAR_DIGITS - 1);
    return name.p[YEAR_DIGITS] == '-' && second.n > 0 && second.n <= SECOND_DIGITS && digits(second) == second.n && second.p[0] != '0';
}

/* Escapes are not read: no file of a log needs one. */
static bool is_file_of_log(struct scope *s, struct span path, struct wanted *ret_file)
{
    const uint8_t *slash = path.n ? memchr(path.p, '/', path.n) : NULL;
    struct tile t;

    if (!slash || !is_shard(span_of(path.p, (size_t)(slash - path.p))))
        return false;
    path = span_of(slash + 1, path.n - (size_t)(slash + 1 - path.p));
    if (span_is(path, "checkpoint")) {
        *ret_file = (struct wanted){"text/plain; charset=utf-8", "no-cache", NOTE_MOST};
        return true;
    }
    *ret_file = (struct wanted){"application/octet-stream", "public, max-age=31536000, immutable", TILE_MOST};
    return tile_parse(s, path, &t) == OK;
}

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
    return fail(s, NOT_FOUND, "記録にそのファイルはありません", "the log has no such file");
}

static enum status unreadable(struct scope *s, int error)
{
    if (error == ENOENT || error == ENOTDIR || error == ELOOP)
        return no_such(s);
    return fail(s, UNAVAILABLE, "記録を読めません（%s）", "cannot read the log (%s)", strerrorname_np(error));
}

/* What is published is replaced whole and never written to, so that an open file stays what it is. */
static enum status read_whole(struct scope *s, int fd, size_t most, struct span *ret_bytes)
{
    struct stat is;
    size_t n = 0;

    if (fstat(fd, &is) != 0)
        return unreadable(s, errno);
    if (!S_ISREG(is.st_mode))
        return no_such(s);
    if ((uint64_t)is.st_size > most)
        return fail(s, CORRUPT, "記録のファイルが大きすぎます", "a file of the log is too large");
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

bool log_is_below(struct span path)
{
    return path.n >= sizeof LOG_PREFIX - 1 && memcmp(path.p, LOG_PREFIX, sizeof LOG_PREFIX - 1) == 0;
}

void log_show(struct request *r)
{
    struct span path = span_of(r->target.path.p + sizeof LOG_PREFIX - 1, r->target.path.n - (sizeof LOG_PREFIX - 1)), bytes;
    struct wanted file;
    enum status st;

    if (!is_file_of_log(r->s, path, &file)) {
        refuse(r, no_such(r->s), 0);
        return;
    }
    int fd = open_below(r->s, r->g->cfg->log_dir, path);
    st = fd < 0 ? unreadable(r->s, errno) : read_whole(r->s, fd, file.most, &bytes);
    if (fd >= 0)
        close(fd);
    if (st != OK) {
        refuse(r, st, 0);
        return;
    }
    r->reply = (struct reply){.code = HTTP_OK, .type = file.type, .cache = file.cache, .body = bytes};
}
