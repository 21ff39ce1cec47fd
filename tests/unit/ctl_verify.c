/* `kashimaru verify` over files on disk: what was tampered with is found, its place is said, and the exit code tells bad from incomplete. */
#include "ctl/file.h"
#include "ctl/verify.h"

#include <stdio.h>
#include <unistd.h>

#include "ledger_bundles.h"
#include "ledger_tiles.h"
#include "wire/codec.h"

#include "lib/folder.h"

enum { ROOM = 128 << 20, LEAVES = 700, OLDER = 300, CODE_USAGE = 64 };

/* A log in a folder of its own, with a proof, a bundle and what an earlier head left there. */
struct place {
    struct scope *s;
    struct world *w;
    struct tale *t;
    char dir[FOLDER_MAX];
    const char *key, *agency_keys;
};

static const char *at(const struct place *p, const char *name)
{
    return scope_print(p->s, "%s/%s", p->dir, name);
}

static void put(const struct place *p, const char *name, struct span bytes)
{
    const char *path = at(p, name);

    MUST(folder_make(p->s, scope_print(p->s, "%.*s", (int)(strrchr(path, '/') - path), path)));
    MUST(file_put(p->s, path, 0600, bytes));
}

static struct span get(const struct place *p, const char *name)
{
    struct span bytes;

    MUST(file_read(p->s, at(p, name), 1 << 20, &bytes));
    return bytes;
}

static uint8_t *open_bytes(const struct place *p, const char *name, size_t *ret_n)
{
    struct span was = get(p, name);
    uint8_t *copy = scope_alloc(p->s, was.n + 64);

    memcpy(copy, was.p, was.n);
    *ret_n = was.n;
    return copy;
}

static void flip(const struct place *p, const char *name, size_t byte)
{
    size_t n;
    uint8_t *bytes = open_bytes(p, name, &n);

    assert_true(byte < n);
    bytes[byte] ^= 1;
    put(p, name, span_of(bytes, n));
}

static enum status put_tile(void *own, const struct tile *t)
{
    const struct place *p = own;
    char name[TILE_PATH_MAX];
    struct span bytes;

    tile_path(t, name);
    MUST(world_file(p->w, t, &bytes));
    put(p, name, bytes);
    return OK;
}

static void place_make(struct place *p, struct scope *s)
{
    char vkey[VKEY_MAX];
    uint8_t leaf[LEAF_LEN] = {'K', 'M', 'L', '1', 1};

    *p = (struct place){.s = s, .w = world_new(s, 9, LEAVES, "2026")};
    folder_new(p->dir);
    while (p->w->f.size < 290) {
        fill(p->w, leaf + 8, LEAF_LEN - 8);
        world_leaf(p->w, leaf);
    }
    p->t = story(p->w);
    MUST(tiles_new(0, OLDER, put_tile, p));
    while (p->w->f.size < LEAVES) {
        fill(p->w, leaf + 8, LEAF_LEN - 8);
        world_leaf(p->w, leaf);
    }
    MUST(tiles_new(0, LEAVES, put_tile, p));
    put(p, "checkpoint", world_note(p->w, LEAVES));
    put(p, "old", world_note(p->w, OLDER));
    put(p, "proof", world_proof(p->w, &p->t->v[10], LEAVES));
    put(p, "bundle", bundle_of(p->w, parts_of(p->w, p->t, LEAVES)));
    const struct agency_keys keys = {.keys = {world_keys(p->w), AGENCIES}};
    struct span json;
    MUST(codec_encode(s, shape_agency_keys(), &keys, &json));
    put(p, "agencies", json);
    p->agency_keys = at(p, "agencies");
    vkey_write(&p->w->key, vkey);
    p->key = scope_print(s, "%s", vkey);
}

/* ---- the ways ---- */

static void edit_entry(struct place *p) { flip(p, "tile/entries/001", 42 * 7 + 30); }
static void edit_tile(struct place *p) { flip(p, "tile/0/001", 32 * 9); }
static void edit_high_tile(struct place *p) { flip(p, "tile/1/000.p/2", 33); }
static void edit_proving_tile(struct place *p) { flip(p, "tile/1/000.p/2", 1); }
static void edit_partial(struct place *p) { flip(p, "tile/0/002.p/188", 5); }
static void edit_head(struct place *p) { flip(p, "checkpoint", strlen("test.example/log/2026") + 1); }
static void edit_entry_and_hashes(struct place *p)
{
    p->w->leaf[263][30] ^= 1;
    tree_leaf(span_of(p->w->leaf[263], LEAF_LEN), &p->w->hash[0][263]);
    MUST(put_tile(p, &(struct tile){.is_entries = true, .index = 1, .width = 256}));
    MUST(put_tile(p, &(struct tile){.index = 1, .width = 256}));
}
static void edit_all_to_the_root(struct place *p)
{
    edit_entry_and_hashes(p);
    for (unsigned level = 0; level < TILE_HEIGHT; level++)
        for (size_t i = 0; i < (size_t)LEAVES >> (level + 1); i++)
            tree_node(&p->w->hash[level][2 * i], &p->w->hash[level][2 * i + 1], &p->w->hash[level + 1][i]);
    MUST(put_tile(p, &(struct tile){.level = 1, .width = 2}));
}
static void delete_leaf(struct place *p)
{
    size_t n;
    uint8_t *bytes = open_bytes(p, "tile/entries/001", &n);
    memmove(bytes + 42 * 3, bytes + 42 * 4, n - 42 * 4);
    put(p, "tile/entries/001", span_of(bytes, n - 42));
}
static void insert_leaf(struct place *p)
{
    size_t n;
    uint8_t *bytes = open_bytes(p, "tile/entries/002.p/188", &n);
    memcpy(bytes + n, bytes, 42);
    put(p, "tile/entries/002.p/188", span_of(bytes, n + 42));
}
static void reorder_leaves(struct place *p)
{
    size_t n;
    uint8_t *bytes = open_bytes(p, "tile/entries/000", &n), was[42];
    memcpy(was, bytes + 42 * 5, 42);
    memcpy(bytes + 42 * 5, bytes + 42 * 6, 42);
    memcpy(bytes + 42 * 6, was, 42);
    put(p, "tile/entries/000", span_of(bytes, n));
}
static void no_event_leaf(struct place *p) { flip(p, "tile/entries/000", 42 * 2 + 5); }
static void cut_entries(struct place *p) { put(p, "tile/entries/002.p/188", span_of(get(p, "tile/entries/002.p/188").p, 42 * 187 + 9)); }
static void cut_tile(struct place *p) { put(p, "tile/0/000", span_of(get(p, "tile/0/000").p, 8000)); }
static void swell_tile(struct place *p) { put(p, "tile/0/000", span_of(scope_alloc(p->s, 20000), 20000)); }
static void cut_proving_tile(struct place *p) { put(p, "tile/1/000.p/2", span_of(get(p, "tile/1/000.p/2").p, 63)); }
static void cut_tail(struct place *p) { MUST(unlink(at(p, "tile/entries/002.p/188"))); }
static void lose_tile(struct place *p) { MUST(unlink(at(p, "tile/1/000.p/2"))); }
static void lose_head(struct place *p) { MUST(unlink(at(p, "checkpoint"))); }
static void old_head_of_all(struct place *p) { put(p, "checkpoint", get(p, "old")); }
static void edit_older(struct place *p) { flip(p, "tile/0/001.p/44", 32 * 40); }
static struct checkpoint fork_head(struct place *p, uint64_t size)
{
    struct checkpoint head = world_head(p->w, size);
    head.root.b[7] ^= 1;
    return head;
}
static void fork_now(struct place *p)
{
    struct checkpoint head = fork_head(p, LEAVES);
    put(p, "checkpoint", note_of(p->w, &head, p->w->log, &p->w->key));
}
static void fork_old(struct place *p)
{
    struct checkpoint head = fork_head(p, OLDER);
    put(p, "old", note_of(p->w, &head, p->w->log, &p->w->key));
}
static void fork_same_size(struct place *p)
{
    struct checkpoint head = fork_head(p, LEAVES);
    put(p, "old", note_of(p->w, &head, p->w->log, &p->w->key));
}
static void roll_back(struct place *p)
{
    struct span now = get(p, "checkpoint");
    put(p, "checkpoint", get(p, "old"));
    put(p, "old", now);
}
static void other_key(struct place *p)
{
    char vkey[VKEY_MAX];
    struct note_key key;
    MUST(note_key_make(p->s, "test.example/log/2027", NOTE_ED25519, p->w->key.public_key, &key));
    vkey_write(&key, vkey);
    p->key = scope_print(p->s, "%s", vkey);
}
static void no_trust(struct place *p) { p->key = NULL; }
static void bad_key(struct place *p) { p->key = "test.example/log/2026+00000000+AAAA"; }
static void prove(struct place *p, struct made m, size_t i)
{
    m.index = p->t->v[i].index;
    put(p, "proof", world_proof(p->w, &m, LEAVES));
}
static void proof_of_edited(struct place *p)
{
    struct made m = p->t->v[10];
    m.bytes[60] ^= 1;
    prove(p, m, 10);
}
static void proof_signed_by_another(struct place *p)
{
    struct made m = p->t->v[10];
    uint8_t leaf[LEAF_LEN];
    made_seal(p->w, &m, 2, leaf);
    prove(p, m, 10);
}
static void proof_of_another_leaf(struct place *p) { prove(p, p->t->v[10], 11); }
static void proof_by_another_path(struct place *p)
{
    p->w->hash[TILE_HEIGHT][0].b[0] ^= 1;
    prove(p, p->t->v[10], 10);
}
static void proof_beyond_the_head(struct place *p)
{
    size_t n;
    uint8_t *bytes = open_bytes(p, "proof", &n);
    *(strstr((char *)bytes, "index 300") + 6) = '9';
    put(p, "proof", span_of(bytes, n));
}
static void few_keys(struct place *p)
{
    put(p, "agencies", SPAN_LIT("{\"keys\":[]}"));
}
static void no_proof(struct place *p) { MUST(unlink(at(p, "proof"))); }
static void edit_bundle(struct place *p)
{
    size_t n;
    uint8_t *bytes = open_bytes(p, "bundle", &n);
    memcpy(strstr((char *)bytes, "no_capacity"), "NO_capacity", 11);
    put(p, "bundle", span_of(bytes, n));
}
static void cut_bundle(struct place *p) { put(p, "bundle", span_of(get(p, "bundle").p, get(p, "bundle").n / 2)); }
static void leave(struct place *p) { (void)p; }

#include "ctl_verify_ways.h"

static int run_way(const struct place *p, const struct way *way, struct scope *s)
{
    struct ctl c = {.s = s, .args = {.word_n = way->run == run_verify_heads ? 5 : 3, .key = p->key, .is_full = way->is_full}};

    c.args.word[0] = "verify";
    if (way->run == run_verify_log)
        c.args.word[2] = p->dir;
    else if (way->run == run_verify_proof)
        c.args.word[2] = at(p, "proof");
    else if (way->run == run_verify_case)
        c.args.word[2] = at(p, "bundle");
    else
        c.args.word[2] = at(p, "old");
    c.args.word[3] = at(p, "checkpoint");
    c.args.word[4] = p->dir;
    c.args.agency_keys = way->has_keys ? p->agency_keys : NULL;
    return way->run(&c);
}

static void each_way_of_tampering_has_its_code_and_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(WAYS); i++) {
        AUTO(scope) room = scope_new(ROOM, entropy_system());
        AUTO(scope) s = scope_new(64 << 20, entropy_system());
        struct place p;
        place_make(&p, room);
        WAYS[i].tamper(&p);
        print_message("  %s\n", WAYS[i].name);
        int code = run_way(&p, &WAYS[i], s);
        print_message("    %d %s\n", code, s->why.en);
        assert_int_equal(code, WAYS[i].want);
        if (code) {
            assert_non_null(strstr(s->why.en, WAYS[i].en));
            assert_true(s->why.ja[0]);
        }
        folder_remove(p.dir);
        world_free(p.w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_of_tampering_has_its_code_and_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
