/* The public log, byte for byte as it lies in log.dir. No path goes to the system as it was sent: it is the checkpoint of a fiscal year's
 * log, or exactly what tile_path prints. */
#include "files.h"
#include "inside.h"
#include "ledger/event.h"
#include "ledger/folder.h"
#include "ledger/tile.h"

enum { HTTP_OK = 200 };
enum { ENTRY_LEN = 2 + LEAF_LEN, TILE_MOST = TILE_WIDTH * ENTRY_LEN, NOTE_MOST = 16 << 10 };

_Static_assert(TILE_MOST >= TILE_WIDTH * TREE_HASH_LEN && TILE_MOST < REQUEST_CAP / 2, "every tile fits, and a request's scope holds it");

struct wanted {
    const char *type, *cache;
    size_t most; /* bytes */
};

/* Escapes are not read: no file of a log needs one. */
static bool is_file_of_log(struct scope *s, struct span path, struct wanted *ret_file)
{
    const uint8_t *slash = path.n ? memchr(path.p, '/', path.n) : NULL;
    struct tile t;

    if (!slash || !log_shard_is(span_of(path.p, (size_t)(slash - path.p))))
        return false;
    path = span_of(slash + 1, path.n - (size_t)(slash + 1 - path.p));
    if (span_is(path, "checkpoint")) {
        *ret_file = (struct wanted){"text/plain; charset=utf-8", "no-cache", NOTE_MOST};
        return true;
    }
    *ret_file = (struct wanted){"application/octet-stream", "public, max-age=31536000, immutable", TILE_MOST};
    return tile_parse(s, path, &t) == OK;
}

static enum status no_such(struct scope *s)
{
    return fail(s, NOT_FOUND, "記録にそのファイルはありません", "the log has no such file");
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
    st = file_below(r->s, r->g->cfg->log_dir, path, file.most, &bytes);
    if (st != OK) {
        refuse(r, st, 0);
        return;
    }
    r->reply = (struct reply){.code = HTTP_OK, .type = file.type, .cache = file.cache, .body = bytes};
}
