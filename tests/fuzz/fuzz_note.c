/* Any bytes as what is published of a log: what is read is written again byte by byte, so that nothing has two forms, and nothing that no
 * key has signed is ever signed enough. The first byte of an input says which format the rest is. */
#include "base/base64.h"
#include "ledger/log_proof.h"
#include "ledger/note.h"
#include "ledger/policy.h"

#include "fuzz.h"

/* The key of the example in the documentation of Go's package; chance does not sign with it. */
#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

static void try_note(struct scope *s, struct span bytes)
{
    struct note note;
    struct note_key peter;
    struct span lines[NOTE_SIGNERS_MOST], again, text;
    int64_t at_s;

    if (note_read(s, bytes, &note) != OK)
        return;
    must(note.n > 0 && note.text.n > 0 && note.text.p[note.text.n - 1] == '\n');
    for (size_t i = 0; i < note.n; i++) {
        const struct note_signature *g = &note.v[i];
        /* the hash stands right before the bytes it was cut from */
        must(memcmp(g->bytes.p - KEY_HASH_LEN, g->hash, KEY_HASH_LEN) == 0);
        must(base64_print(s, span_of(g->bytes.p - KEY_HASH_LEN, g->bytes.n + KEY_HASH_LEN), &text) == OK);
        lines[i] = span_str(scope_print(s, "\xe2\x80\x94 %.*s %.*s\n", (int)g->name.n, (const char *)g->name.p, (int)text.n,
                                        (const char *)text.p));
    }
    must(note_join(s, note.text, lines, note.n, &again) == OK && span_eq(again, bytes));
    must(vkey_read(s, SPAN_LIT(PETER), &peter) == OK);
    if (note_check(s, &note, &peter, &at_s) == OK) /* but the one note of his in that documentation */
        must(memmem(note.text.p, note.text.n, "cryptography", strlen("cryptography")) != NULL);
}

static void try_checkpoint(struct scope *s, struct span text)
{
    struct checkpoint c;
    struct span again;

    if (checkpoint_read(s, text, &c) == OK)
        must(checkpoint_write(s, &c, &again) == OK && span_eq(again, text));
}

static void try_key(struct scope *s, struct span text)
{
    struct note_key key, made;
    char again[VKEY_MAX];

    if (vkey_read(s, text, &key) != OK)
        return;
    vkey_write(&key, again);
    must(strlen(again) == text.n && strncasecmp(again, (const char *)text.p, text.n) == 0); /* the hash may be in capitals */
    must(note_key_make(s, key.name, key.algorithm, key.public_key, &made) == OK && memcmp(made.hash, key.hash, KEY_HASH_LEN) == 0);
}

static void try_proof(struct scope *s, struct span text)
{
    struct log_proof p;
    struct span again;

    if (log_proof_read(s, text, &p) == OK)
        must(log_proof_write(s, &p, &again) == OK && span_eq(again, text));
}

/* A policy, and after an empty line with a dot a note: nobody can have signed with the keys of a policy that was made up. */
static void try_policy(struct scope *s, struct span text)
{
    const uint8_t *dot = text.n ? memmem(text.p, text.n, "\n.\n", 3) : NULL;
    size_t cut = dot ? (size_t)(dot - text.p) + 1 : text.n;
    struct policy *policy;
    struct note note;

    if (policy_read(s, span_of(text.p, cut), &policy) != OK)
        return;
    must(policy_logs(policy) > 0 && policy_log(policy, 0)->algorithm == NOTE_ED25519);
    for (size_t i = 0; i < policy_witnesses(policy); i++)
        must(policy_witness(policy, i).key->algorithm == NOTE_COSIGNATURE);
    must(policy_read(s, span_of(text.p, cut), &policy) == OK);
    if (dot && note_read(s, span_of(dot + 3, text.n - cut - 2), &note) == OK) {
        enum status st = policy_check(s, policy, &note);
        must(st == OK || st == DENIED || st == CORRUPT);
        for (size_t i = 0; i < note.n; i++) /* one bit of every signature: none is true any more */
            ((uint8_t *)note.v[i].bytes.p)[note.v[i].bytes.n / 2] ^= 1;
        must(policy_check(s, policy, &note) != OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const TRIES[])(struct scope *, struct span) = {try_note, try_checkpoint, try_key, try_proof, try_policy};

    if (n == 0)
        return 0;
    must(seal_init() == OK);
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    must(s != NULL);
    TRIES[data[0] % COUNT(TRIES)](s, span_of(data + 1, n - 1));
    return 0;
}
