/* A head, a proof or a log is taken for good only when everything that can be recomputed was recomputed from the bytes at hand and equals
 * what the signed head says; nothing is skipped because something else already agreed. */
#include "ledger/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "ledger/log_proof.h"
#include "ledger/policy.h"
#include "wire/codec.h"

/* Of that name; where there are several keys of one, the one that signed. */
static const struct trusted_log *find_log(struct scope *s, const struct verify_trust *trust, struct span origin, const struct note *note)
{
    const struct trusted_log *found = NULL;
    struct why why = s->why;
    int64_t at_s;

    for (size_t i = 0; i < trust->n; i++)
        if (span_is(origin, trust->v[i].key->name) && (!found || note_check(s, note, trust->v[i].key, &at_s) != NOT_FOUND))
            found = &trust->v[i];
    s->why = why;
    return found;
}

static enum status check_signed(struct scope *s, const struct trusted_log *log, const struct note *note)
{
    int64_t at_s;
    enum status st = note_check(s, note, log->key, &at_s);

    if (st == NOT_FOUND)
        return fail(s, CORRUPT, "ログ %s のチェックポイントにその鍵の署名がありません",
                    "the checkpoint of log %s has no signature of the log's key", log->key->name);
    if (st == CORRUPT)
        return fail(s, CORRUPT, "ログ %s のチェックポイントの署名が一致しません", "the log's signature on the checkpoint of %s is false",
                    log->key->name);
    return st;
}

enum status verify_head(struct scope *s, const struct verify_trust *trust, struct span bytes, struct checkpoint *ret_head)
{
    struct checkpoint head;
    struct note *note = SCOPE_NEW(s, struct note);

    if (!note)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(note_read(s, bytes, note));
    TRY(checkpoint_read(s, note->text, &head));
    const struct trusted_log *log = find_log(s, trust, head.origin, note);
    if (!log)
        return fail(s, NOT_FOUND, "ログ %.*s の鍵が渡されていません", "no key of log %.*s was given", (int)head.origin.n,
                    (const char *)head.origin.p);
    TRY(check_signed(s, log, note));
    if (log->policy)
        TRY(policy_check(s, log->policy, note));
    *ret_head = head;
    return OK;
}

const char *agency_text(struct scope *s, uint32_t agency)
{
    struct why why = s->why;
    struct agency_id id;

    if (agency_of_number(s, agency, &id) == OK)
        return scope_print(s, "%s", id.code);
    s->why = why;
    return scope_print(s, "#%" PRIu32, agency);
}

enum status signers_of(struct scope *s, const struct agency_key *v, size_t n, struct agency_signers *ret_keys)
{
    struct agency_signer *to = scope_alloc(s, n * sizeof *to + 1);

    if (!to)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    for (size_t i = 0; i < n; i++) {
        to[i] = (struct agency_signer){.agency = agency_number(v[i].agency), .from_us = v[i].from,
                                       .until_us = v[i].has_until ? v[i].until : INT64_MAX, .is_own = v[i].has_own && v[i].own};
        if (!hex_to(v[i].key, to[i].public_key, sizeof to[i].public_key) || v[i].key.n != 2 * sizeof to[i].public_key)
            return fail(s, INVALID, "機関 %s の鍵が公開鍵ではありません（%zu 番目）", "the key of agency %s is no public key (number %zu)",
                        v[i].agency.code, i + 1);
        if (to[i].until_us <= to[i].from_us)
            return fail(s, INVALID, "機関 %s の鍵の期間が正しくありません（%zu 番目）",
                        "the key of agency %s ends before it begins (number %zu)", v[i].agency.code, i + 1);
        sign_key_id(to[i].public_key, to[i].key_id);
        for (size_t k = 0; k < i; k++)
            if (memcmp(to[k].key_id, to[i].key_id, EVENT_KEY_ID_LEN) == 0)
                return fail(s, INVALID, "機関 %s の鍵が二度あります（%zu 番目）", "the key of agency %s is there twice (number %zu)",
                            v[i].agency.code, i + 1);
    }
    *ret_keys = (struct agency_signers){to, n};
    return OK;
}

enum status signers_read(struct scope *s, struct span json, struct agency_signers *ret_keys)
{
    struct agency_keys file;

    TRY(codec_decode(s, shape_agency_keys(), json, SCHEMA_MINOR, &file));
    return signers_of(s, file.keys.v, file.keys.n, ret_keys);
}

enum status signers_check(struct scope *s, const struct agency_signers *keys, const struct event *e, struct span bytes)
{
    const char *acts = agency_text(s, e->agency);

    for (size_t i = 0; i < keys->n; i++) {
        const struct agency_signer *key = &keys->v[i];
        if (key->is_own || memcmp(key->key_id, e->key_id, EVENT_KEY_ID_LEN) != 0)
            continue;
        if (key->agency != e->agency)
            return fail(s, CORRUPT, "行為者は %s なのに %s の鍵で署名されています", "%s acts, but the key that signs is of %s", acts,
                        agency_text(s, key->agency));
        if (e->at_ms > INT64_MAX / 1000 || e->at_ms * 1000 < key->from_us || e->at_ms * 1000 >= key->until_us)
            return fail(s, CORRUPT, "%s の鍵はその時には有効ではありません", "the key of %s was not valid at that time", acts);
        if (event_check(s, key->public_key, bytes) != OK)
            return fail(s, CORRUPT, "%s の署名が一致しません", "the signature of %s is false", acts);
        return OK;
    }
    return fail(s, NOT_FOUND, "%s の署名鍵がありません", "the key that %s signed with is not at hand", acts);
}

/* extra = event ‖ salt */
static enum status check_extra(struct scope *s, const struct agency_signers *keys, struct span extra, struct event *ret_event,
                               struct tree_hash *ret_leaf)
{
    uint8_t leaf[LEAF_LEN];

    if (!extra.n)
        return fail(s, NOT_FOUND, "証明に出来事（extra）が付いていません", "the proof does not tell its event (no extra)");
    if (extra.n != EVENT_LEN + SALT_LEN)
        return fail(s, CORRUPT, "証明の extra が %zu バイトです（%d のはず）", "the proof's extra has %zu bytes instead of %d", extra.n,
                    EVENT_LEN + SALT_LEN);
    TRY(event_read(s, span_of(extra.p, EVENT_LEN), ret_event));
    if (keys)
        TRY(signers_check(s, keys, ret_event, span_of(extra.p, EVENT_LEN)));
    leaf_make(extra.p + EVENT_LEN, extra.p, leaf);
    tree_leaf(span_of(leaf, sizeof leaf), ret_leaf);
    return OK;
}

enum status verify_proof(struct scope *s, const struct verify_trust *trust, const struct agency_signers *keys, struct span file,
                         struct verified_proof *ret_p)
{
    struct log_proof *proof = SCOPE_NEW(s, struct log_proof);
    struct verified_proof v;
    struct tree_hash leaf;

    if (!proof)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(log_proof_read(s, file, proof));
    TRY(verify_head(s, trust, proof->checkpoint, &v.head));
    TRY(check_extra(s, keys, proof->extra, &v.event, &leaf));
    v.index = proof->index;
    if (v.index >= v.head.size)
        return fail(s, CORRUPT, "リーフ %" PRIu64 " は大きさ %" PRIu64 " のログにありません", "leaf %" PRIu64 " is not in a log of %" PRIu64,
                    v.index, v.head.size);
    if (inclusion_check(s, &leaf, v.index, v.head.size, &proof->path, &v.head.root) != OK)
        return fail(s, CORRUPT, "この出来事はリーフ %" PRIu64 " に含まれていません（大きさ %" PRIu64 "）",
                    "this event is not leaf %" PRIu64 " of the head of %" PRIu64 " leaves", v.index, v.head.size);
    *ret_p = v;
    return OK;
}

/* A tile of hashes, exactly as wide as asked; where a partial one is gone, what has replaced it. */
static enum status fetch_hashes(struct scope *s, log_file *read, void *own, const struct tile *t, struct span *ret_hashes)
{
    char path[TILE_PATH_MAX];
    struct tile asked = *t;
    struct span bytes;

    enum status st = read(own, &asked, &bytes);
    if (st == NOT_FOUND && asked.width < TILE_WIDTH) {
        struct why why = s->why;
        asked.width = TILE_WIDTH;
        st = read(own, &asked, &bytes);
        if (st == NOT_FOUND)
            s->why = why;
    }
    TRY(st);
    tile_path(&asked, path);
    if (bytes.n != (size_t)asked.width * TREE_HASH_LEN)
        return fail(s, CORRUPT, "%s の大きさが %zu バイトです（%d のはず）", "%s has %zu bytes instead of %d", path, bytes.n,
                    (int)asked.width * TREE_HASH_LEN);
    *ret_hashes = span_of(bytes.p, (size_t)t->width * TREE_HASH_LEN);
    return OK;
}

/* What verify_heads reads subtrees with. */
struct tiles {
    struct scope *s;
    log_file *read;
    void *own;
    uint64_t size;
};

static enum status read_subtree(void *ctx, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    const struct tiles *from = ctx;
    struct tree_hash hash[TILE_WIDTH];
    struct span bytes = {0};
    struct tile t;
    unsigned at, n;

    TRY(tile_holding(from->s, from->size, level, index, &t, &at, &n));
    TRY(fetch_hashes(from->s, from->read, from->own, &t, &bytes));
    for (unsigned i = 0; i < n; i++)
        memcpy(hash[i].b, bytes.p + (size_t)(at + i) * TREE_HASH_LEN, TREE_HASH_LEN);
    for (; n > 1; n /= 2)
        for (unsigned i = 0; i < n / 2; i++) {
            struct tree_hash both;
            tree_node(&hash[2 * i], &hash[2 * i + 1], &both);
            hash[i] = both;
        }
    *ret_hash = hash[0];
    return OK;
}

enum status log_consistency(struct scope *s, uint64_t old, uint64_t size, log_file *read, void *own, struct tree_proof *ret_p)
{
    struct tiles from = {.s = s, .read = read, .own = own, .size = size};

    return consistency_proof(s, read_subtree, &from, old, size, ret_p);
}

static bool same(const struct tree_hash *a, const struct tree_hash *b)
{
    return memcmp(a->b, b->b, TREE_HASH_LEN) == 0;
}

/* The proof failed: is the folder of another log than the new head, or is it the old head that has no place in it? */
static enum status blame_head(struct tiles *from, const struct checkpoint *old, const struct checkpoint *now)
{
    struct tree_hash root;

    TRY(tree_root(from->s, read_subtree, from, now->size, &root));
    if (!same(&root, &now->root))
        return fail(from->s, CORRUPT, "タイルは新しいチェックポイント（大きさ %" PRIu64 "）の木のものではありません",
                    "the tiles are not of the tree of the newer checkpoint (%" PRIu64 " leaves)", now->size);
    return fail(from->s, CORRUPT,
                "ログが分岐しています: 大きさ %" PRIu64 " のチェックポイントは大きさ %" PRIu64 " のものの始めの部分ではありません",
                "the log was forked: the checkpoint of %" PRIu64 " leaves is not the beginning of the one of %" PRIu64, old->size,
                now->size);
}

enum status verify_heads(struct scope *s, const struct checkpoint *old, const struct checkpoint *now, log_file *read, void *own)
{
    struct tiles from = {.s = s, .read = read, .own = own, .size = now->size};
    struct tree_proof *proof = SCOPE_NEW(s, struct tree_proof);

    if (!proof)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    if (!span_eq(old->origin, now->origin))
        return fail(s, CORRUPT, "二つのチェックポイントは別々のログのものです", "the two checkpoints are of different logs");
    if (old->size > now->size)
        return fail(s, CORRUPT, "ログが巻き戻されています: 新しいはずの大きさ %" PRIu64 " が古い %" PRIu64 " より小さい",
                    "the log was rolled back: the newer checkpoint has %" PRIu64 " leaves, the older %" PRIu64, now->size, old->size);
    if (old->size == now->size)
        return same(&old->root, &now->root)
                   ? OK
                   : fail(s, CORRUPT, "ログが分岐しています: 大きさ %" PRIu64 " のチェックポイントが二通りあります",
                          "the log was forked: two different checkpoints of %" PRIu64 " leaves", old->size);
    TRY(consistency_proof(s, read_subtree, &from, old->size, now->size, proof));
    enum status st = consistency_check(s, old->size, &old->root, now->size, &now->root, proof);
    return st == CORRUPT ? blame_head(&from, old, now) : st;
}
