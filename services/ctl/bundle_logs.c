/* A proof is made of the published files alone, and is checked before it is given away: files that do not belong together are found out
 * here, not by whoever was handed a proof. */
#include "bundle.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/hex.h"

enum { CHECKPOINT_MAX = 1 << 14 };

static enum status log_open_at(struct scope *s, const char *path, struct logs_there *logs)
{
    const char *name = scope_print(s, "%s/checkpoint", path);
    struct log_there *log = &logs->v[logs->n];
    struct note note;

    if (access(name, F_OK) != 0)
        return OK;
    if (logs->n == LOGS_MOST)
        return fail(s, TOO_LARGE, "ログは %d 個までです", "at most %d logs", LOGS_MOST);
    *log = (struct log_there){.place = -1};
    TRY(file_read(s, name, CHECKPOINT_MAX, &log->note));
    TRY(note_read(s, log->note, &note));
    TRY(checkpoint_read(s, note.text, &log->head));
    TRY(log_folder_open(s, path, &log->folder));
    logs->n++;
    return OK;
}

enum status logs_find(struct scope *s, const char *dir, struct logs_there *ret_logs)
{
    DIR *list = opendir(dir);
    enum status st = OK;

    *ret_logs = (struct logs_there){0};
    if (!list)
        return fail(s, UNAVAILABLE, "ログのフォルダ %s を開けません（%s）", "cannot open the log's folder %s (%s)", dir, strerrorname_np(errno));
    for (const struct dirent *at; st == OK && (at = readdir(list));)
        if (at->d_name[0] != '.')
            st = log_open_at(s, scope_print(s, "%s/%s", dir, at->d_name), ret_logs);
    closedir(list);
    return st;
}

/* A partial tile may have been replaced by the full one. */
static enum status tile_bytes(struct log_there *log, struct tile t, size_t least, struct span *ret_bytes)
{
    enum status st = log_folder_file(&log->folder, &t, ret_bytes);

    if (st == NOT_FOUND && t.width < TILE_WIDTH) {
        t.width = TILE_WIDTH;
        st = log_folder_file(&log->folder, &t, ret_bytes);
    }
    TRY(st);
    return ret_bytes->n >= least ? OK : fail(log->folder.s, CORRUPT, "タイルが短すぎます", "a tile of the log is cut short");
}

static enum status hash_read(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    struct log_there *log = own;
    struct tree_hash v[TILE_WIDTH];
    unsigned from, n;
    struct span bytes;
    struct tile t;

    TRY(tile_holding(log->folder.s, log->head.size, level, index, &t, &from, &n));
    TRY(tile_bytes(log, t, (size_t)(from + n) * TREE_HASH_LEN, &bytes));
    memcpy(v, bytes.p + (size_t)from * TREE_HASH_LEN, (size_t)n * TREE_HASH_LEN);
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++)
            tree_node(&v[2 * i], &v[2 * i + 1], &v[i]);
    *ret_hash = v[0];
    return OK;
}

static enum status leaf_is(struct log_there *log, uint64_t index, struct span leaf, bool *ret_is)
{
    uint64_t first = index / TILE_WIDTH * TILE_WIDTH, left = log->head.size - first;
    struct tile t = {.is_entries = true, .index = index / TILE_WIDTH, .width = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH};
    struct span bytes, there = {0};

    TRY(tile_bytes(log, t, 0, &bytes));
    for (uint64_t i = first; i <= index; i++)
        TRY(entries_next(log->folder.s, &bytes, &there));
    *ret_is = span_eq(there, leaf);
    return OK;
}

/* The numbers of shards are the database's; which log has which is told by the leaf itself, which no other log has. */
static enum status log_of(struct scope *s, struct logs_there *logs, const struct evidence_entry *e, struct span leaf,
                          struct log_there **ret_log)
{
    bool is_it;

    for (size_t i = 0; i < logs->n; i++) {
        struct log_there *log = &logs->v[i];
        if ((log->shard && log->shard != e->shard) || (uint64_t)e->index >= log->head.size)
            continue;
        TRY(leaf_is(log, (uint64_t)e->index, leaf, &is_it));
        if (!is_it && log->shard)
            return fail(s, CORRUPT, "公開ログのリーフ %" PRId64 " が台帳と違います（出来事 %" PRId64 "）",
                        "leaf %" PRId64 " of the published log is not the ledger's (event %" PRId64 ")", e->index, e->seq);
        if (!is_it)
            continue;
        log->shard = e->shard;
        *ret_log = log;
        return OK;
    }
    return fail(s, UNAVAILABLE, "出来事 %" PRId64 " はまだ署名された公開ログにありません。少し待ってやり直してください",
                "event %" PRId64 " is in no signed head of the published log yet; try again in a while", e->seq);
}

enum status leaf_find(struct scope *s, struct logs_there *logs, const struct evidence_entry *e, struct leaf_there *ret_at)
{
    struct tree_hash hash;
    struct span leaf;

    TRY(hex_parse(s, e->leaf, &leaf));
    TRY(log_of(s, logs, e, leaf, &ret_at->log));
    struct log_there *log = ret_at->log;
    TRY(inclusion_proof(s, hash_read, log, (uint64_t)e->index, log->head.size, &ret_at->proof));
    tree_leaf(leaf, &hash);
    if (inclusion_check(s, &hash, (uint64_t)e->index, log->head.size, &ret_at->proof, &log->head.root) != OK)
        return fail(s, CORRUPT, "公開ログのファイルからリーフ %" PRId64 " の証明を作れません", "the published files do not prove leaf %" PRId64,
                    e->index);
    return OK;
}
