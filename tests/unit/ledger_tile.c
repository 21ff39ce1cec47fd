/* Which tiles a tree has is told twice: by the code, and below as C2SP tlog-tiles says it (a tile of level l has floor(size / 256^l)
 * hashes before it or in it; none is empty); both agree for every size up to SIZES, and a tree is the same when read from its tiles. */
#include "ledger_help.h"

#include <stdio.h>

#include "ledger/tile.h"

enum { SIZES = 70000, LEVELS = 4, TILES_MOST = 700 };

/* ---- the definition ---- */

/* MTH(D[…]) of tile level l that a tree of `size` leaves has. */
static uint64_t hashes(uint64_t size, unsigned l)
{
    while (l-- > 0)
        size /= 256;
    return size;
}

static unsigned width_of(uint64_t size, unsigned level, uint64_t index)
{
    uint64_t n = hashes(size, level);
    if (index < n / 256)
        return 256;
    return index == n / 256 ? (unsigned)(n % 256) : 0;
}

/* ---- what tiles_new names ---- */

struct named {
    uint64_t old, size;
    bool is_entries;
    unsigned level;
    uint64_t index;
    size_t n, fails_at;
    bool is_right;
};

/* On to the next tile that is to be named. */
static bool seek(struct named *x)
{
    for (;; x->index++) {
        unsigned had = width_of(x->old, x->level, x->index), has = width_of(x->size, x->level, x->index);
        if (has > had)
            return true;
        if (has == had && has == 256)
            continue;
        if (x->level == LEVELS)
            return false;
        x->level += x->is_entries ? 0 : 1;
        x->is_entries = false;
        x->index = (uint64_t)-1;
    }
}

static enum status name_one(void *own, const struct tile *t)
{
    struct named *x = own;
    if (x->n++ == x->fails_at)
        return UNAVAILABLE;
    if (!seek(x) || t->is_entries != x->is_entries || t->level != x->level || t->index != x->index ||
        t->width != width_of(x->size, x->level, x->index))
        x->is_right = false;
    x->index++;
    return OK;
}

static void assert_named(uint64_t old, uint64_t size)
{
    struct named x = {.old = old, .size = size, .is_entries = true, .fails_at = SIZE_MAX, .is_right = true};
    if (old > 512) /* full before and after: no need to walk over them */
        x.index = old / 256 - 1;
    assert_int_equal(tiles_new(old, size, name_one, &x), OK);
    if (!x.is_right || seek(&x))
        print_message("  from %llu to %llu\n", (unsigned long long)old, (unsigned long long)size);
    assert_true(x.is_right && !seek(&x));
}

static void the_tiles_of_every_tree_are_those_of_the_specification(void **state)
{
    (void)state;
    for (uint64_t size = 0; size <= SIZES; size++) {
        assert_named(size, size);
        if (size > 0)
            assert_named(size - 1, size);
        if (size % 97 == 0 || size % 256 < 2 || size % 65536 < 3)
            assert_named(0, size);
        assert_named(size * 7919 % (size + 1), size);
        assert_named(size - size * 31 % 700 % (size + 1), size);
    }
}

struct seen {
    struct tile t[TILES_MOST];
    size_t n;
};

static enum status see(void *own, const struct tile *t)
{
    struct seen *x = own;
    assert_true(x->n < TILES_MOST);
    x->t[x->n++] = *t;
    return OK;
}

/* The example of the specification: 273 full tiles, one of 112; one full, one of 17; one of 1. */
static void the_specification_s_example(void **state)
{
    struct seen x = {.n = 0};
    char path[TILE_PATH_MAX];
    size_t last = 2 * 274 + 3 - 1;
    (void)state;
    assert_int_equal(tiles_new(0, 70000, see, &x), OK);
    assert_int_equal(x.n, last + 1);
    static const struct {
        size_t i;
        const char *path;
    } WANT[] = {{0, "tile/entries/000"},   {272, "tile/entries/272"},  {273, "tile/entries/273.p/112"}, {274, "tile/0/000"}, {546, "tile/0/272"},
                {547, "tile/0/273.p/112"}, {548, "tile/1/000"},        {549, "tile/1/001.p/17"},        {550, "tile/2/000.p/1"}};
    for (size_t i = 0; i < COUNT(WANT); i++) {
        tile_path(&x.t[WANT[i].i], path);
        assert_string_equal(path, WANT[i].path);
    }
    x.n = 0;
    assert_int_equal(tiles_new(0, 256, see, &x), OK);
    assert_int_equal(x.n, 3);
    tile_path(&x.t[2], path);
    assert_string_equal(path, "tile/1/000.p/1");
}

static void a_tile_that_cannot_be_written_is_the_last(void **state)
{
    (void)state;
    for (size_t at = 0; at < 8; at++) {
        struct named x = {.old = 250, .size = 800, .is_entries = true, .fails_at = at, .is_right = true};
        assert_int_equal(tiles_new(250, 800, name_one, &x), UNAVAILABLE);
        assert_int_equal(x.n, at + 1);
    }
}

/* ---- paths ---- */

static void a_path_is_a_tile_and_back(void **state)
{
    static const struct {
        struct tile t;
        const char *path;
    } CASES[] = {
        {{.level = 0, .index = 0, .width = 256}, "tile/0/000"},
        {{.level = 0, .index = 0, .width = 1}, "tile/0/000.p/1"},
        {{.level = 1, .index = 7, .width = 255}, "tile/1/007.p/255"},
        {{.level = 2, .index = 999, .width = 256}, "tile/2/999"},
        {{.level = 2, .index = 1000, .width = 256}, "tile/2/x001/000"},
        {{.level = 0, .index = 1234067, .width = 256}, "tile/0/x001/x234/067"},
        {{.level = 3, .index = 1234067, .width = 99}, "tile/3/x001/x234/067.p/99"},
        {{.is_entries = true, .index = 1234067, .width = 256}, "tile/entries/x001/x234/067"},
        {{.is_entries = true, .index = 56, .width = 10}, "tile/entries/056.p/10"},
        {{.level = 7, .index = 0, .width = 127}, "tile/7/000.p/127"},
        {{.level = 0, .index = 36028797018963966, .width = 256}, "tile/0/x036/x028/x797/x018/x963/966"},
        {{.level = 0, .index = 36028797018963967, .width = 255}, "tile/0/x036/x028/x797/x018/x963/967.p/255"},
    };
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char path[TILE_PATH_MAX];
        struct tile t;
        tile_path(&CASES[i].t, path);
        assert_string_equal(path, CASES[i].path);
        assert_int_equal(tile_parse(s, span_str(path), &t), OK);
        assert_int_equal(t.is_entries, CASES[i].t.is_entries);
        assert_int_equal(t.level, CASES[i].t.level);
        assert_int_equal(t.index, CASES[i].t.index);
        assert_int_equal(t.width, CASES[i].t.width);
        for (size_t n = 0; n < strlen(path); n++) { /* cut short it is another tile's, or none */
            char shorter[TILE_PATH_MAX];
            if (tile_parse(s, span_of(path, n), &t) != OK)
                continue;
            tile_path(&t, shorter);
            assert_span(span_str(shorter), span_of(path, n));
        }
    }
}

static void nothing_else_is_a_path(void **state)
{
    static const char *const CASES[] = {
        "", "/", "tile", "tile/", "tile/0", "tile/0/", "/tile/0/000", "tiles/0/000", "tile//000", "tile/00/000", "tile/-1/000", "tile/+1/000",
        "tile/8/000", "tile/63/000", "tile/64/000", "tile/256/000", "tile/4294967296/000", "tile/x/000", "tile/0/0", "tile/0/00", "tile/0/0000",
        "tile/0/x000", "tile/0/x001", "tile/0/001/000", "tile/0/x000/001", "tile/0/x001/x000", "tile/0/x001//000", "tile/0/x1/000",
        "tile/0/X001/000", "tile/0/000/", "tile/0/000 ", " tile/0/000", "tile/0/000\n", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0",
        "tile/0/000.p/00", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/257", "tile/0/000.p/999", "tile/0/000.p/1000", "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1", "tile/0/000.q/1", "tile/0/../000", "tile/0/x../000", "tile/0/%30", "tile/entries", "tile/entries/", "tile/entries/0",
        "tile/entries/0/000", "tile/entries/000.p/256", "tile/Entries/000", "tile/entriesx/000", "tile/data/000", "tile/7/000",
        "tile/7/000.p/128", "tile/7/001.p/1", "tile/6/127.p/256", "tile/6/128.p/1", "tile/0/x036/x028/x797/x018/x963/967",
        "tile/0/x036/x028/x797/x018/x963/968.p/1", "tile/0/x072/x057/x594/x037/x927/936",
        "tile/1/000garbage", "tile/0/000.p/1x", "tile/0/x000/x000/x000/x000/x000/x000/x000/x000/000", "tile/0/x018/x446/x744/x073/x709/x551/616", "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    };
    AUTO(scope) s = test_scope();
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct tile t = {.width = 77};
        print_message("  %s\n", CASES[i]);
        assert_int_equal(tile_parse(s, span_str(CASES[i]), &t), INVALID);
        assert_int_equal(t.width, 77);
    }
    struct tile t;
    assert_int_equal(tile_parse(s, SPAN_LIT("tile/0/000\0"), &t), INVALID);
    assert_int_equal(tile_parse(s, (struct span){0}, &t), INVALID);
}

/* ---- where a hash is ---- */

static void every_complete_subtree_is_in_a_tile(void **state)
{
    static const uint64_t LARGE[] = {65535, 65536, 65537, 69999, 70000};
    AUTO(scope) s = test_scope();
    struct tile t;
    unsigned from, n;
    (void)state;
    for (uint64_t i = 0; i < 600 + COUNT(LARGE); i++) {
        uint64_t size = i < 600 ? i : LARGE[i - 600];
        for (unsigned level = 0; level < 20; level++) {
            uint64_t span = UINT64_C(1) << level, index = 0;
            for (; (index + 1) * span <= size; index++) {
                assert_int_equal(tile_holding(s, size, level, index, &t, &from, &n), OK);
                uint64_t unit = hashes(UINT64_C(1) << 40, 5 - t.level); /* 256^level leaves a hash */
                if (t.is_entries || t.level > level / 8 || t.width != width_of(size, t.level, t.index) || n > 128 ||
                    from + n > t.width || (t.index * 256 + from) * unit != index * span || n * unit != span)
                    assert_int_equal(size, level);
            }
            assert_int_equal(tile_holding(s, size, level, index, &t, &from, &n), INVALID);
            assert_int_equal(tile_holding(s, size, level, UINT64_MAX, &t, &from, &n), INVALID);
        }
    }
    assert_int_equal(tile_holding(s, INT64_MAX, 62, 0, &t, &from, &n), OK);
    assert_true(t.level == 7 && t.index == 0 && t.width == 127 && from == 0 && n == 64);
    assert_int_equal(tile_holding(s, INT64_MAX, 62, 1, &t, &from, &n), INVALID);
    for (unsigned level = 63; level < 200; level++)
        assert_int_equal(tile_holding(s, INT64_MAX, level, 0, &t, &from, &n), INVALID);
    assert_int_equal(tile_holding(s, UINT64_C(1) << 63, 0, 0, &t, &from, &n), INVALID);
}

/* Tiles in memory, as files would have them: tile [level][index] of 256 hashes. */
struct store {
    struct scope *s;
    uint64_t size;
    struct tree_hash *hash[LEVELS];
};

static enum status keep_in_tiles(void *own, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct store *x = own;
    if (level % TILE_HEIGHT == 0)
        x->hash[level / TILE_HEIGHT][index] = *hash;
    return OK;
}

static enum status read_from_tiles(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    struct store *x = own;
    struct tile t;
    struct tree_hash part[128];
    unsigned from, n;
    TRY(tile_holding(x->s, x->size, level, index, &t, &from, &n));
    memcpy(part, x->hash[t.level] + t.index * TILE_WIDTH + from, n * sizeof *part);
    *ret_hash = mth(part, n);
    return OK;
}

static void a_tree_read_from_its_tiles_is_the_same(void **state)
{
    AUTO(scope) s = test_scope();
    struct store x = {.s = s};
    struct frontier f = {0};
    (void)state;
    for (unsigned l = 0; l < LEVELS; l++) {
        x.hash[l] = scope_alloc(s, (hashes(SIZES, l) + 256) * sizeof(struct tree_hash));
        assert_non_null(x.hash[l]);
    }
    while (f.size < SIZES) {
        struct tree_hash leaf = leaf_at(f.size), root, read;
        struct tree_proof p;
        assert_int_equal(frontier_append(s, &f, &leaf, keep_in_tiles, &x), OK);
        if (f.size > 300 && f.size % 641 && f.size % 65536 > 1 && f.size != SIZES)
            continue;
        x.size = f.size;
        frontier_root(&f, &root);
        assert_int_equal(tree_root(s, read_from_tiles, &x, x.size, &read), OK);
        assert_memory_equal(&read, &root, sizeof root);
        assert_int_equal(inclusion_proof(s, read_from_tiles, &x, x.size / 3, x.size, &p), OK);
        leaf = leaf_at(x.size / 3);
        assert_int_equal(inclusion_check(s, &leaf, x.size / 3, x.size, &p, &root), OK);
    }
}

/* ---- bundles ---- */

static void a_bundle_is_its_leaves_one_after_the_other(void **state)
{
    AUTO(scope) s = test_scope();
    AUTO(scope) small = scope_new(4096, entropy_system());
    const struct span leaves[] = {SPAN_LIT("a"), {0}, counting(s, 1, 40), counting(s, 0, 65535), SPAN_LIT("zz")};
    struct span all, rest, leaf;
    (void)state;
    assert_int_equal(entries_write(s, leaves, COUNT(leaves), &all), OK);
    assert_int_equal(all.n, 5 * 2 + 1 + 0 + 40 + 65535 + 2);
    assert_span(span_of(all.p, 8), SPAN_LIT("\0\1a\0\0\0\x28\1"));
    rest = all;
    for (size_t i = 0; i < COUNT(leaves); i++) {
        assert_int_equal(entries_next(s, &rest, &leaf), OK);
        assert_span(leaf, leaves[i]);
    }
    assert_int_equal(rest.n, 0);
    assert_int_equal(entries_next(s, &rest, &leaf), CORRUPT);
    for (size_t cut = 0; cut < 45; cut++) { /* to the end of a leaf, or refused with nothing taken */
        size_t n = 0;
        for (rest = span_of(all.p, cut); entries_next(s, &rest, &leaf) == OK;)
            n += 2 + leaf.n;
        assert_int_equal(n, cut < 3 ? 0 : cut < 5 ? 3 : 5);
        assert_int_equal(rest.n, cut - n);
    }
    assert_int_equal(entries_write(s, leaves, 0, &all), OK);
    assert_int_equal(all.n, 0);
    assert_int_equal(entries_write(s, &(struct span){counting(s, 0, 65536).p, 65536}, 1, &all), TOO_LARGE);
    assert_int_equal(entries_write(small, leaves, COUNT(leaves), &all), TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tiles_of_every_tree_are_those_of_the_specification),
        cmocka_unit_test(the_specification_s_example),
        cmocka_unit_test(a_tile_that_cannot_be_written_is_the_last),
        cmocka_unit_test(a_path_is_a_tile_and_back),
        cmocka_unit_test(nothing_else_is_a_path),
        cmocka_unit_test(every_complete_subtree_is_in_a_tile),
        cmocka_unit_test(a_tree_read_from_its_tiles_is_the_same),
        cmocka_unit_test(a_bundle_is_its_leaves_one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
