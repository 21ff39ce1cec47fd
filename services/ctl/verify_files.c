/* What earlier heads left in a log's folder is still there to be compared: it must be the beginning of what replaced it. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "verify.h"

enum { ENTRY_LEN = 2 + LEAF_LEN, PATH_ROOM = 4096 };

static enum status unreadable(struct scope *s, const char *name, int error)
{
    return fail(s, UNAVAILABLE, "%s を読めません（%s）", "cannot read %s (%s)", name, strerrorname_np(error));
}

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
    TRY(log_folder_read(o->folder, name, o->beside, &was));
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
    struct older o = {.folder = folder, .beside = scope_alloc(folder->s, LOG_FILE_MOST + 1)};

    if (!o.beside)
        return fail(folder->s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(tiles_new(0, size, look_beside, &o));
    *ret_n = o.n;
    return OK;
}
