/* What a log sends its witness, made from files, for a test that has no log at hand that sends it itself.
 *   witness_submit folder OLD              the head of the log in this folder, with a proof from OLD leaves made of its tiles
 *   witness_submit forge folder NAME       a log of this name that signs anything: its secret into the folder, its verifier key to stdout
 *   witness_submit forged folder SALT OLD SIZE   such a log's head of SIZE leaves; from the leaf 4 on, another log for every SALT */
#include <stdio.h>
#include <stdlib.h>

#include "ledger/submission.h"
#include "ledger/tile.h"
#include "seal/secret.h"

enum { FILE_MOST = 64 << 10, FORK = 4, NAME_LINE = NOTE_NAME_MAX + 1 };

struct source {
    struct scope *s;
    const char *folder;
    uint64_t size, salt;
};

static void must(bool claim, const char *what, const struct scope *s)
{
    if (claim)
        return;
    fprintf(stderr, "submit: %s (%s)\n", what, s->why.en);
    exit(1);
}

static struct span file_read(struct scope *s, const char *folder, const char *name)
{
    uint8_t *to = scope_alloc(s, FILE_MOST);
    FILE *f = fopen(scope_print(s, "%s/%s", folder, name), "rbe");

    must(f && to, name, s);
    size_t n = fread(to, 1, FILE_MOST, f);
    must(n < FILE_MOST && fclose(f) == 0, name, s);
    return span_of(to, n);
}

static uint64_t number(const char *text)
{
    return strtoull(text, NULL, 10);
}

/* ---- trees ---- */

static struct tree_hash joined(const struct tree_hash *v, size_t n)
{
    struct tree_hash left, right;

    if (n == 1)
        return v[0];
    left = joined(v, n / 2);
    right = joined(v + n / 2, n / 2);
    tree_node(&left, &right, &left);
    return left;
}

static enum status from_tiles(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    const struct source *from = own;
    struct tree_hash v[TILE_WIDTH];
    char path[TILE_PATH_MAX];
    struct tile t;
    unsigned at, n;

    TRY(tile_holding(from->s, from->size, level, index, &t, &at, &n));
    tile_path(&t, path);
    struct span bytes = file_read(from->s, from->folder, path);
    must(bytes.n == t.width * sizeof v[0], path, from->s);
    memcpy(v, bytes.p, bytes.n);
    *ret_hash = joined(v + at, n);
    return OK;
}

static enum status made_up(void *own, unsigned level, uint64_t index, struct tree_hash *ret_hash)
{
    const struct source *from = own;
    struct tree_hash left, right;

    if (level == 0) {
        const uint64_t leaf[] = {index, index < FORK ? 0 : from->salt};
        tree_leaf(span_of(leaf, sizeof leaf), ret_hash);
        return OK;
    }
    TRY(made_up(own, level - 1, 2 * index, &left));
    TRY(made_up(own, level - 1, 2 * index + 1, &right));
    tree_node(&left, &right, ret_hash);
    return OK;
}

/* ---- a log that signs anything ---- */

static void forge(struct scope *s, const char *folder, const char *name)
{
    AUTO(secret) secret = NULL;
    uint8_t public_key[SIGN_PUBLIC_LEN];
    struct note_key key;
    char vkey[VKEY_MAX];

    must(sign_keypair(s, &secret, public_key) == OK && note_key_make(s, name, NOTE_ED25519, public_key, &key) == OK, name, s);
    FILE *f = fopen(scope_print(s, "%s/forger", folder), "we");
    must(f && fprintf(f, "%s\n", name) > 0 && fwrite(secret_span(secret).p, 1, SIGN_SECRET_LEN, f) == SIGN_SECRET_LEN && fclose(f) == 0, folder, s);
    vkey_write(&key, vkey);
    puts(vkey);
}

static struct span forged_note(struct source *from)
{
    struct scope *s = from->s;
    struct span file = file_read(s, from->folder, "forger"), text, line, note = {0};
    const uint8_t *end = memchr(file.p, '\n', file.n);
    AUTO(secret) secret = NULL;
    struct note_key key;
    struct checkpoint c = {.size = from->size};
    char name[NAME_LINE] = "";

    must(end && (size_t)(end - file.p) < sizeof name && file.n == (size_t)(end - file.p) + 1 + SIGN_SECRET_LEN, "forger", s);
    memcpy(name, file.p, (size_t)(end - file.p));
    secret = secret_from(span_of(end + 1, SIGN_SECRET_LEN));
    c.origin = span_str(name);
    must(secret && note_key_make(s, name, NOTE_ED25519, end + 1 + SIGN_SECRET_LEN - SIGN_PUBLIC_LEN, &key) == OK, name, s);
    must(tree_root(s, made_up, from, from->size, &c.root) == OK && checkpoint_write(s, &c, &text) == OK &&
             note_sign(s, &key, secret, text, 0, &line) == OK && note_join(s, text, &line, 1, &note) == OK, "note", s);
    return note;
}

static void submit(struct source *from, tree_read *read, uint64_t old, struct span note)
{
    struct tree_proof p = {.n = 0};
    struct span body;

    if (old <= from->size)
        must(consistency_proof(from->s, read, from, old, from->size, &p) == OK, "consistency_proof", from->s);
    must(submission_write(from->s, old, &p, note, &body) == OK, "submission_write", from->s);
    must(fwrite(body.p, 1, body.n, stdout) == body.n, "stdout", from->s);
}

int main(int argc, char **argv)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct checkpoint c;
    struct note note;

    if (!s || seal_init() != OK)
        return 1;
    struct source from = {.s = s};
    if (argc == 3) {
        from.folder = argv[1];
        struct span file = file_read(s, from.folder, "checkpoint");
        must(note_read(s, file, &note) == OK && checkpoint_read(s, note.text, &c) == OK, "checkpoint", s);
        from.size = c.size;
        submit(&from, from_tiles, number(argv[2]), file);
    } else if (argc == 4 && strcmp(argv[1], "forge") == 0) {
        forge(s, argv[2], argv[3]);
    } else {
        must(argc == 6 && strcmp(argv[1], "forged") == 0, "arguments", s);
        from.folder = argv[2];
        from.salt = number(argv[3]);
        from.size = number(argv[5]);
        submit(&from, made_up, number(argv[4]), forged_note(&from));
    }
    return 0;
}
