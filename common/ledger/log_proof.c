/* A proof file is read only if writing what was read would give the same bytes: there is one file for one proof. */
#include "ledger/log_proof.h"

#include "base/base64.h"
#include "text.h"

#define HEAD "c2sp.org/tlog-proof@v1\n"
#define EXTRA "extra "
#define INDEX "index "

enum { HASH_LINE = BASE64_LEN(TREE_HASH_LEN) + 1 };

enum status log_proof_write(struct scope *s, const struct log_proof *p, struct span *ret_text)
{
    struct sheet sheet;

    if (p->index >= INT64_MAX || p->path.n > TREE_LEVELS)
        return fail(s, INVALID, "木にない位置か経路です", "an index or a path that no tree has");
    if (p->checkpoint.n == 0)
        return fail(s, INVALID, "チェックポイントがありません", "a proof needs a checkpoint");
    if (p->extra.n > SIZE_MAX / 4 || p->checkpoint.n > SIZE_MAX / 4)
        return fail(s, TOO_LARGE, "証明が大きすぎます", "the proof is too large");
    TRY(sheet_new(s, sizeof HEAD + sizeof EXTRA + BASE64_LEN(p->extra.n) + sizeof INDEX + DECIMAL_MAX +
                         p->path.n * HASH_LINE + p->checkpoint.n + 3, &sheet));
    put_text(&sheet, HEAD);
    if (p->extra.n > 0) {
        put_text(&sheet, EXTRA);
        put_base64(&sheet, p->extra);
        put_text(&sheet, "\n");
    }
    put_text(&sheet, INDEX);
    put_decimal(&sheet, p->index);
    put_text(&sheet, "\n");
    for (size_t i = 0; i < p->path.n; i++) {
        put_base64(&sheet, span_of(p->path.hash[i].b, TREE_HASH_LEN));
        put_text(&sheet, "\n");
    }
    put_text(&sheet, "\n");
    put_span(&sheet, p->checkpoint);
    return sheet_end(s, &sheet, ret_text);
}

static enum status extra_read(struct scope *s, struct span *rest, struct span *ret_extra)
{
    struct span line;

    if (!head_cut(rest, EXTRA))
        return OK;
    if (!line_cut(rest, &line))
        return fail(s, CORRUPT, "証明が途中で切れています", "the proof is cut short");
    enum status st = base64_parse(s, line, ret_extra);
    if (st == INVALID || (st == OK && ret_extra->n == 0))
        return fail(s, CORRUPT, "付随データが正しいbase64ではありません", "the extra data is not base 64");
    return st;
}

enum status log_proof_read(struct scope *s, struct span text, struct log_proof *ret_p)
{
    struct log_proof p = {0};
    struct span rest = text, line;

    if (!head_cut(&rest, HEAD))
        return fail(s, CORRUPT, "証明のファイルではありません", "not a proof file");
    TRY(extra_read(s, &rest, &p.extra));
    if (!head_cut(&rest, INDEX) || !line_cut(&rest, &line) || !decimal_read(line, &p.index) || p.index >= INT64_MAX)
        return fail(s, CORRUPT, "位置の行が正しくありません", "the line of the index is malformed");
    for (;;) {
        if (!line_cut(&rest, &line))
            return fail(s, CORRUPT, "証明が途中で切れています", "the proof is cut short");
        if (line.n == 0)
            break;
        if (p.path.n == TREE_LEVELS)
            return fail(s, CORRUPT, "経路が長すぎます", "a path that no tree has");
        if (!base64_to(line, p.path.hash[p.path.n].b, TREE_HASH_LEN))
            return fail(s, CORRUPT, "経路の %zu 行目が正しくありません", "line %zu of the path is malformed", p.path.n + 1);
        p.path.n++;
    }
    if (rest.n == 0)
        return fail(s, CORRUPT, "チェックポイントがありません", "a proof without a checkpoint");
    p.checkpoint = rest;
    *ret_p = p;
    return OK;
}
