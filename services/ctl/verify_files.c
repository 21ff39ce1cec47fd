/* The files of a log are read as they lie there: nothing is looked for elsewhere, nothing is kept, and a file is never larger in memory than
 * a tile may be. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "verify.h"

enum { ENTRY_LEN = 2 + LEAF_LEN, FILE_MOST = TILE_WIDTH * ENTRY_LEN, PATH_ROOM = 4096 };

_Static_assert(FILE_MOST >= TILE_WIDTH * TREE_HASH_LEN, "a tile of hashes fits where a bundle of entries does");

enum status log_folder_open(struct scope *s, const char *path, struct log_folder *ret_folder)
{
    uint8_t *buffer = scope_alloc(s, FILE_MOST + 1);

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
static enum status read_file(struct log_folder *folder, const char *name, uint8_t *to, struct span *ret_bytes)
{
    char path[PATH_ROOM];
    size_t n = 0;
    ssize_t got = 1;

    if (snprintf(path, sizeof path, "%s/%s", folder->path, name) >= (int)sizeof path)
        return unreadable(folder->s, name, ENAMETOOLONG);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return unreadable(folder->s, name, errno);
    while (got > 0 && n <= FILE_MOST) {
        got = read(fd, to + n, FILE_MOST + 1 - n);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            n += (size_t)got;
    }
    int error = errno;
    close(fd);
    if (got < 0)
        return unreadable(folder->s, name, error);
    if (n > FILE_MOST)
        return fail(folder->s, CORRUPT, "%s が大きすぎます（%d バイトまで）", "%s is too large (at most %d bytes)", name, FILE_MOST);
    *ret_bytes = span_of(to, n);
    return OK;
}

enum status log_folder_file(void *own, const struct tile *t, struct span *ret_bytes)
{
    struct log_folder *folder = own;
    char name[TILE_PATH_MAX];

    tile_path(t, name);
    return read_file(folder, name, folder->buffer, ret_bytes);
}

/* ---- what earlier heads left behind ---- */

struct older {
    struct log_folder *folder;
    uint8_t *beside;
    size_t n;
};

static size_t bytes_of(const struct tile *t)
{
    return (size_t)t->width * (t->is_entries ? (size_t)ENTRY_LEN : (size_t)TREE_HASH_LEN);
}

/* The tile as the good head has it, or what has replaced that. */
static enum status read_now(struct older *o, const struct tile *t, struct span *ret_bytes)
{
    struct tile full = *t;
    enum status st = log_folder_file(o->folder, t, ret_bytes);

    full.width = TILE_WIDTH;
    return st == NOT_FOUND && t->width < TILE_WIDTH ? log_folder_file(o->folder, &full, ret_bytes) : st;
}

static enum status compare(struct older *o, const struct tile *t, const char *name)
{
    struct tile old = {0};
    struct span was, is;

    if (tile_parse(o->folder->s, span_str(name), &old) != OK)
        return fail(o->folder->s, CORRUPT, "%s はタイルではありません", "%s is no tile", name);
    if (old.width >= t->width)
        return OK; /* this head's own, or of a later one */
    TRY(read_file(o->folder, name, o->beside, &was));
    TRY(read_now(o, t, &is));
    o->n++;
    if (was.n != bytes_of(&old) || was.n > is.n || memcmp(was.p, is.p, was.n) != 0)
        return fail(o->folder->s, CORRUPT, "%s は後のタイルの始めの部分ではありません（分岐か書換え）",
                    "%s is not the beginning of the tile that replaced it (forked or edited)", name);
    return OK;
}

static enum status look_beside(void *own, const struct tile *t)
{
    struct older *o = own;
    struct tile full = *t;
    char name[TILE_PATH_MAX], path[PATH_ROOM], file[PATH_ROOM + TILE_PATH_MAX];
    enum status st = OK;

    full.width = TILE_WIDTH;
    tile_path(&full, name);
    if (snprintf(path, sizeof path, "%s/%s.p", o->folder->path, name) >= (int)sizeof path)
        return unreadable(o->folder->s, name, ENAMETOOLONG);
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT ? OK : unreadable(o->folder->s, name, errno);
    for (const struct dirent *at; st == OK && (at = readdir(dir));)
        if (at->d_name[0] != '.') {
            (void)snprintf(file, sizeof file, "%s.p/%.40s", name, at->d_name);
            st = compare(o, t, file);
        }
    closedir(dir);
    return st;
}

enum status log_folder_older(struct log_folder *folder, uint64_t size, size_t *ret_n)
{
    struct older o = {.folder = folder, .beside = scope_alloc(folder->s, FILE_MOST + 1)};

    if (!o.beside)
        return fail(folder->s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(tiles_new(0, size, look_beside, &o));
    *ret_n = o.n;
    return OK;
}
