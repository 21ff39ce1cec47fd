/* Makes the log that Go is to check: leaves, tiles at every size it was ever published at, heads, and both kinds of proofs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "interop.h"
#include "ledger/log_proof.h"
#include "ledger/note.h"
#include "ledger/tile.h"

enum { LEAVES = 66049, LEVELS = 18, LEAF_BYTES = 40, PROOFS = 26 };

/* Sizes the log is published at: around the widths of tiles of the first and second level. */
static const uint64_t SIZES[] = {1, 2, 255, 256, 257, 1300, 65535, 65536, LEAVES};

struct maker {
    struct scope *s;
    const char *dir;
    struct frontier f;
    struct tree_hash *kept[LEVELS];
    struct note_key log, witness;
    struct secret *log_secret, *witness_secret;
    struct span note;
};

static void leaf_bytes(uint64_t i, uint8_t to[LEAF_BYTES])
{
    memset(to, (int)(i * 31 % 251), LEAF_BYTES);
    for (size_t k = 0; k < sizeof i; k++)
        to[k] = (uint8_t)(i >> (8 * k));
}

static enum status keep(void *own, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct maker *m = own;

    must(level < LEVELS && index < (uint64_t)LEAVES >> level, "a hash that this tree has not");
    m->kept[level][index] = *hash;
    return OK;
}

static enum status recall(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    const struct maker *m = own;

    must(level < LEVELS && index < m->f.size >> level, "a hash that is not complete yet");
    *ret_hash = m->kept[level][index];
    return OK;
}

static void append_to(struct maker *m, uint64_t size)
{
    while (m->f.size < size) {
        uint8_t data[LEAF_BYTES];
        struct tree_hash leaf;
        leaf_bytes(m->f.size, data);
        tree_leaf(span_of(data, sizeof data), &leaf);
        must(frontier_append(m->s, &m->f, &leaf, keep, m) == OK, "frontier_append");
    }
}

static enum status tile_store(void *own, const struct tile *t)
{
    struct maker *m = own;
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    char path[TILE_PATH_MAX];
    uint64_t from = t->index * TILE_WIDTH;
    uint8_t(*data)[LEAF_BYTES] = s ? scope_alloc(s, sizeof *data * TILE_WIDTH) : NULL;
    struct span leaves[TILE_WIDTH], bytes = {0};

    must(data != NULL, "no memory");
    tile_path(t, path);
    for (unsigned i = 0; t->is_entries && i < t->width; i++) {
        leaf_bytes(from + i, data[i]);
        leaves[i] = span_of(data[i], LEAF_BYTES);
    }
    if (t->is_entries)
        must(entries_write(s, leaves, t->width, &bytes) == OK, path);
    else
        bytes = span_of(m->kept[t->level * TILE_HEIGHT][from].b, t->width * TREE_HASH_LEN);
    file_write(m->dir, path, bytes);
    return OK;
}

static void publish(struct maker *m)
{
    struct checkpoint c = {.origin = SPAN_LIT(ORIGIN), .size = m->f.size};
    struct span text = {0}, lines[2] = {{0}};
    int64_t at_s = COSIGNED_AT + (int64_t)m->f.size;

    frontier_root(&m->f, &c.root);
    must(checkpoint_write(m->s, &c, &text) == OK && note_sign(m->s, &m->log, m->log_secret, text, 0, &lines[0]) == OK &&
             note_sign(m->s, &m->witness, m->witness_secret, text, at_s, &lines[1]) == OK &&
             note_join(m->s, text, lines, COUNT(lines), &m->note) == OK,
         "no checkpoint");
    file_write(m->dir, scope_print(m->s, "checkpoint.%" PRIu64, c.size), m->note);
}

static void prove_old(struct maker *m, size_t upto)
{
    for (size_t i = 0; i < upto; i++) {
        struct tree_proof p;
        char text[PROOF_MOST * (BASE64_LEN(TREE_HASH_LEN) + 1)];
        size_t n = 0;
        must(consistency_proof(m->s, recall, m, SIZES[i], m->f.size, &p) == OK, "consistency_proof");
        for (size_t k = 0; k < p.n; k++) {
            n += base64_put(span_of(p.hash[k].b, TREE_HASH_LEN), text + n);
            text[n++] = '\n';
        }
        file_write(m->dir, scope_print(m->s, "consistency.%" PRIu64 ".%" PRIu64, SIZES[i], m->f.size), span_of(text, n));
    }
}

static void prove_leaf(struct maker *m, uint64_t index)
{
    struct log_proof p = {.index = index, .checkpoint = m->note};
    struct span text = {0};

    if (index % 2 == 0)
        p.extra = span_str(scope_print(m->s, "%010" PRIu64, index));
    must(inclusion_proof(m->s, recall, m, index, m->f.size, &p.path) == OK && log_proof_write(m->s, &p, &text) == OK, "log_proof_write");
    file_write(m->dir, scope_print(m->s, "proof.%" PRIu64 ".%" PRIu64, m->f.size, index), text);
}

static void key_new(struct maker *m, const char *name, enum note_algorithm algorithm, struct secret **ret_secret, struct note_key *ret_key)
{
    uint8_t public_key[SIGN_PUBLIC_LEN];

    must(sign_keypair(m->s, ret_secret, public_key) == OK && note_key_make(m->s, name, algorithm, public_key, ret_key) == OK, name);
}

void log_make(struct scope *s, const char *dir)
{
    struct maker m = {.s = s, .dir = dir};
    char vkey[2][VKEY_MAX];

    for (unsigned level = 0; level < LEVELS; level++)
        must((m.kept[level] = scope_alloc(s, (((size_t)LEAVES >> level) + 1) * sizeof(struct tree_hash))) != NULL, "no memory");
    key_new(&m, ORIGIN, NOTE_ED25519, &m.log_secret, &m.log);
    key_new(&m, WITNESS, NOTE_COSIGNATURE, &m.witness_secret, &m.witness);
    vkey_write(&m.log, vkey[0]);
    vkey_write(&m.witness, vkey[1]);
    file_write(dir, "keys", span_str(scope_print(s, "%s\n%s\n", vkey[0], vkey[1])));
    for (size_t i = 0; i < COUNT(SIZES); i++) {
        uint64_t old = m.f.size;
        append_to(&m, SIZES[i]);
        must(tiles_new(old, SIZES[i], tile_store, &m) == OK, "tiles_new");
        publish(&m);
        prove_old(&m, i + 1);
        prove_leaf(&m, 0);
        prove_leaf(&m, SIZES[i] - 1);
    }
    for (uint64_t i = 0; i < PROOFS; i++)
        prove_leaf(&m, i * i * 97 % LEAVES);
    secret_free(m.log_secret);
    secret_free(m.witness_secret);
    printf("C made: %d leaves, %zu checkpoints\n", LEAVES, COUNT(SIZES));
}
