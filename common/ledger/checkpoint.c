/* A head is three lines, each value written in one way only, so that two texts of one head are the same bytes. */
#include "ledger/note.h"

#include "base/base64.h"
#include "text.h"

enum status checkpoint_write(struct scope *s, const struct checkpoint *c, struct span *ret_text)
{
    struct sheet sheet;

    if (c->origin.n >= NOTE_NAME_MAX || !name_is_good(c->origin))
        return fail(s, INVALID, "記録の名前に使えない文字か長さです", "a log's name may not be so long or have such characters");
    if (c->size > INT64_MAX)
        return fail(s, INVALID, "記録の件数が多すぎます", "more leaves than a tree can have");
    TRY(sheet_new(s, c->origin.n + DECIMAL_MAX + BASE64_LEN(TREE_HASH_LEN) + 3, &sheet));
    put_span(&sheet, c->origin);
    put_text(&sheet, "\n");
    put_decimal(&sheet, c->size);
    put_text(&sheet, "\n");
    put_base64(&sheet, span_of(c->root.b, TREE_HASH_LEN));
    put_text(&sheet, "\n");
    return sheet_end(s, &sheet, ret_text);
}

/* The three lines every head has; what follows them is left in `rest`. */
static enum status head_lines(struct scope *s, struct span *rest, struct checkpoint *c)
{
    struct span size, root;

    if (!line_cut(rest, &c->origin) || c->origin.n == 0)
        return fail(s, CORRUPT, "記録の名前がありません", "a checkpoint without the log's name");
    if (!line_cut(rest, &size) || !decimal_read(size, &c->size))
        return fail(s, CORRUPT, "記録の件数が正しくありません", "a checkpoint without the number of leaves");
    if (!line_cut(rest, &root) || !base64_to(root, c->root.b, TREE_HASH_LEN))
        return fail(s, CORRUPT, "根のハッシュが正しくありません", "a checkpoint without the root's hash");
    return OK;
}

enum status checkpoint_read(struct scope *s, struct span text, struct checkpoint *ret_c)
{
    struct span rest = text;
    struct checkpoint c = {0};

    TRY(head_lines(s, &rest, &c));
    if (c.origin.n >= NOTE_NAME_MAX || !name_is_good(c.origin))
        return fail(s, CORRUPT, "記録の名前がありません", "a checkpoint without the log's name");
    if (rest.n > 0)
        return fail(s, CORRUPT, "余分な行があります", "a checkpoint with lines it may not have");
    *ret_c = c;
    return OK;
}

enum status checkpoint_read_any(struct scope *s, struct span text, struct checkpoint *ret_c)
{
    struct span rest = text, line;
    struct checkpoint c = {0};

    TRY(head_lines(s, &rest, &c));
    while (line_cut(&rest, &line))
        if (line.n == 0)
            return fail(s, CORRUPT, "空の行があります", "a checkpoint with an empty line");
    if (rest.n > 0)
        return fail(s, CORRUPT, "最後の行が改行で終わっていません", "a checkpoint whose last line does not end");
    *ret_c = c;
    return OK;
}
