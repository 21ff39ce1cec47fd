/* A submission has one form: what is read and written again is the same bytes. */
#include "ledger/submission.h"

#include "base/base64.h"
#include "text.h"

static const char OLD[] = "old ";

enum { HASH_LINE = BASE64_LEN(TREE_HASH_LEN) + 1 };

_Static_assert((int)SUBMISSION_PROOF_MOST <= (int)PROOF_MOST, "what may be sent fits a proof");

static enum status proof_read(struct scope *s, struct span *rest, struct tree_proof *ret_p)
{
    struct span line;

    ret_p->n = 0;
    while (line_cut(rest, &line)) {
        if (line.n == 0)
            return OK;
        if (ret_p->n == SUBMISSION_PROOF_MOST)
            return fail(s, INVALID, "証明は%d行までです", "a proof of more than %d lines", SUBMISSION_PROOF_MOST);
        if (!base64_to(line, ret_p->hash[ret_p->n].b, TREE_HASH_LEN))
            return fail(s, INVALID, "証明の%zu行目がハッシュではありません", "line %zu of the proof is no hash", ret_p->n + 1);
        ret_p->n++;
    }
    return fail(s, INVALID, "証明の後の空行がありません", "no empty line after the proof");
}

enum status submission_read(struct scope *s, struct span body, struct submission *ret_m)
{
    struct submission *m = SCOPE_NEW(s, struct submission);
    struct span rest = body, line;

    if (!m)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    if (body.n > SUBMISSION_MAX)
        return fail(s, TOO_LARGE, "本文は %d バイトまでです", "a body has at most %d bytes", (int)SUBMISSION_MAX);
    if (!line_cut(&rest, &line) || !head_cut(&line, OLD) || !decimal_read(line, &m->old))
        return fail(s, INVALID, "最初の行が old <件数> ではありません", "the first line is not: old <size>");
    TRY(proof_read(s, &rest, &m->proof));
    enum status st = note_read(s, rest, &m->note);
    if (st == OK)
        st = checkpoint_read_any(s, m->note.text, &m->head);
    if (st != OK)
        return INVALID; /* the why is written */
    *ret_m = *m;
    return OK;
}

enum status submission_write(struct scope *s, uint64_t old, const struct tree_proof *proof, struct span note, struct span *ret_body)
{
    struct sheet sheet;

    if (proof->n > SUBMISSION_PROOF_MOST)
        return fail(s, INVALID, "証明は%d行までです", "a proof of more than %d lines", SUBMISSION_PROOF_MOST);
    TRY(sheet_new(s, sizeof OLD + DECIMAL_MAX + proof->n * HASH_LINE + 1 + note.n, &sheet));
    put_text(&sheet, OLD);
    put_decimal(&sheet, old);
    put_text(&sheet, "\n");
    for (size_t i = 0; i < proof->n; i++) {
        put_base64(&sheet, span_of(proof->hash[i].b, TREE_HASH_LEN));
        put_text(&sheet, "\n");
    }
    put_text(&sheet, "\n");
    put_span(&sheet, note);
    return sheet_end(s, &sheet, ret_body);
}
