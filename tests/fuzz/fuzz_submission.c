/* Any bytes as what a log sends its witness: it has one form; what is not signed gets nothing; and whatever a log signs and proves, no second
 * root of one size is cosigned, nor a smaller head after a larger. */
#include "seal/digest.h"
#include "witness/decide.h"

#include "fuzz.h"

/* The head of the input again, under the name of a log that is trusted, and signed by it. */
static struct span signed_head(struct scope *s, const struct note_key *key, const struct secret *secret, const struct checkpoint *c)
{
    struct checkpoint mine = *c;
    struct span text, line, note;

    mine.origin = span_str(key->name);
    must(checkpoint_write(s, &mine, &text) == OK && note_sign(s, key, secret, text, 0, &line) == OK);
    must(note_join(s, text, &line, 1, &note) == OK);
    return note;
}

static void try_cosign(struct scope *s, const struct submission *m)
{
    AUTO(secret) secret = NULL;
    struct watched w = {.is_cosigned = false};
    struct submission *mine = SCOPE_NEW(s, struct submission);
    uint8_t public_key[SIGN_PUBLIC_LEN];
    struct span body;

    must(mine && sign_keypair(s, &secret, public_key) == OK && note_key_make(s, "log.example/fuzz", NOTE_ED25519, public_key, &w.key) == OK);
    sha256_of((struct span){0}, w.root.b);
    must(cosign_decide(s, &w, m) == DENIED); /* nobody signed with a key that was made just now */
    must(submission_write(s, m->old, &m->proof, signed_head(s, &w.key, secret, &m->head), &body) == OK);
    must(submission_read(s, body, mine) == OK);
    /* as if what it says it follows was cosigned, with the very root: only an empty tree leads on without a proof */
    w.size = m->old;
    w.is_cosigned = true;
    w.root = m->head.root;
    enum status st = cosign_decide(s, &w, mine);
    must(st != OK || (m->proof.n == 0 && (m->old == m->head.size || m->old == 0)));
    must((m->old <= m->head.size) == (st != INVALID));
    w.size = m->head.size;
    w.root.b[0] ^= 1;
    must(is_fork(&w, &mine->head) && cosign_decide(s, &w, mine) != OK);
    w.size++;
    must(cosign_decide(s, &w, mine) != OK);
    w.is_lost = true;
    must(cosign_decide(s, &w, mine) != OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct submission m;
    struct span again;

    must(seal_init() == OK);
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    must(s != NULL);
    if (submission_read(s, span_of(data, n), &m) != OK) {
        must(s->why.ja[0] != 0 && s->why.en[0] != 0);
        return 0;
    }
    must(n <= SUBMISSION_MAX && m.proof.n <= SUBMISSION_PROOF_MOST && m.note.n > 0);
    const uint8_t *note = memmem(data, n, "\n\n", 2);
    must(note != NULL);
    note += 2;
    must(submission_write(s, m.old, &m.proof, span_of(note, n - (size_t)(note - data)), &again) == OK && span_eq(again, span_of(data, n)));
    try_cosign(s, &m);
    return 0;
}
