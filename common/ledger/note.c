/* A note is accepted by the bytes that were signed and nothing else: the text ends at the last empty line, every line after it is a
 * signature, and a signature by a key one knows is true or the note is refused. */
#include "ledger/note.h"

#include "base/base64.h"
#include "base/bigendian.h"
#include "text.h"

#define DASH "\xe2\x80\x94 "
#define COSIGNED "cosignature/v1\ntime "

enum { TIME_LEN = 8, COSIGNED_HEAD_MAX = sizeof COSIGNED + DECIMAL_MAX };

/* The bytes up to and with the newline before the last empty line; what comes after that line is left in `rest`. */
static bool text_cut(struct span *rest, struct span *ret_text)
{
    for (size_t i = rest->n; i >= 2; i--)
        if (rest->p[i - 1] == '\n' && rest->p[i - 2] == '\n') {
            *ret_text = span_of(rest->p, i - 1);
            *rest = span_of(rest->p + i, rest->n - i);
            return true;
        }
    return false;
}

static enum status signature_read(struct scope *s, struct span line, struct note_signature *ret_g)
{
    struct span bytes;

    if (!head_cut(&line, DASH))
        return fail(s, CORRUPT, "署名の行ではない行があります", "a line is no signature");
    ret_g->name = part_cut(&line, ' ');
    if (!name_is_good(ret_g->name))
        return fail(s, CORRUPT, "署名者の名前が正しくありません", "the name of a signature is malformed");
    enum status st = base64_parse(s, line, &bytes);
    if (st == TOO_LARGE)
        return st;
    if (st != OK || bytes.n <= KEY_HASH_LEN)
        return fail(s, CORRUPT, "署名が正しいbase64ではないか、短すぎます", "a signature is not base 64, or too short");
    memcpy(ret_g->hash, bytes.p, KEY_HASH_LEN);
    ret_g->bytes = span_of(bytes.p + KEY_HASH_LEN, bytes.n - KEY_HASH_LEN);
    return OK;
}

enum status note_read(struct scope *s, struct span bytes, struct note *ret_note)
{
    struct span rest = bytes, line;
    struct note note = {0};

    if (!text_is_good(bytes))
        return fail(s, CORRUPT, "使えない文字があります", "a character that a note may not have");
    if (!text_cut(&rest, &note.text) || rest.n == 0)
        return fail(s, CORRUPT, "空行と署名がありません", "no empty line with signatures after it");
    while (line_cut(&rest, &line)) {
        if (note.n == NOTE_SIGNERS_MOST)
            return fail(s, TOO_LARGE, "署名が%d件を超えています", "more than %d signatures", NOTE_SIGNERS_MOST);
        TRY(signature_read(s, line, &note.v[note.n]));
        note.n++;
    }
    if (rest.n > 0)
        return fail(s, CORRUPT, "最後の署名が改行で終わっていません", "the last signature does not end its line");
    *ret_note = note;
    return OK;
}

/* What a cosignature signs: its kind, its time, and the text. */
static enum status cosigned(struct scope *s, uint64_t at_s, struct span text, struct span *ret_all)
{
    struct sheet sheet;

    TRY(sheet_new(s, COSIGNED_HEAD_MAX + text.n, &sheet));
    put_text(&sheet, COSIGNED);
    put_decimal(&sheet, at_s);
    put_text(&sheet, "\n");
    put_span(&sheet, text);
    return sheet_end(s, &sheet, ret_all);
}

static enum status cosignature_check(struct scope *s, const struct note_key *key, struct span text, struct span bytes, int64_t *ret_at_s)
{
    struct span all;

    if (bytes.n != TIME_LEN + SIGN_LEN)
        return fail(s, CORRUPT, "連署の長さが %zu バイトです", "cosignature of %zu bytes", bytes.n);
    uint64_t at_s = get_be(bytes.p, TIME_LEN);
    if (at_s > INT64_MAX)
        return fail(s, CORRUPT, "連署の時刻が正しくありません", "a cosignature of no time");
    TRY(cosigned(s, at_s, text, &all));
    TRY(sign_check_raw(s, key->public_key, all, span_of(bytes.p + TIME_LEN, SIGN_LEN)));
    *ret_at_s = (int64_t)at_s;
    return OK;
}

enum status note_check(struct scope *s, const struct note *note, const struct note_key *key, int64_t *ret_at_s)
{
    int64_t last = 0;
    bool is_signed = false;

    for (size_t i = 0; i < note->n; i++) {
        const struct note_signature *g = &note->v[i];
        int64_t at_s = 0;
        if (!span_is(g->name, key->name) || memcmp(g->hash, key->hash, KEY_HASH_LEN) != 0)
            continue;
        if (key->algorithm == NOTE_COSIGNATURE)
            TRY(cosignature_check(s, key, note->text, g->bytes, &at_s));
        else
            TRY(sign_check_raw(s, key->public_key, note->text, g->bytes));
        last = at_s > last ? at_s : last;
        is_signed = true;
    }
    if (!is_signed)
        return fail(s, NOT_FOUND, "%s の署名がありません", "no signature of %s", key->name);
    *ret_at_s = last;
    return OK;
}

static bool is_own_key(const struct note_key *key, const struct secret *mine)
{
    struct span both = secret_span(mine);

    return both.n == SIGN_SECRET_LEN && memcmp(both.p + SIGN_SECRET_LEN - SIGN_PUBLIC_LEN, key->public_key, SIGN_PUBLIC_LEN) == 0;
}

enum status note_sign(struct scope *s, const struct note_key *key, const struct secret *mine, struct span text, int64_t at_s,
                      struct span *ret_line)
{
    uint8_t bytes[KEY_HASH_LEN + TIME_LEN + SIGN_LEN];
    size_t n = KEY_HASH_LEN;
    struct span all = text;
    struct sheet sheet;

    if (text.n == 0 || text.p[text.n - 1] != '\n' || !text_is_good(text))
        return fail(s, INVALID, "署名できる文面ではありません", "not the text of a note");
    if (!is_own_key(key, mine))
        return fail(s, INVALID, "%s の鍵ではありません", "the secret is not that of %s", key->name);
    memcpy(bytes, key->hash, KEY_HASH_LEN);
    if (key->algorithm == NOTE_COSIGNATURE) {
        if (at_s < 0)
            return fail(s, INVALID, "時刻が正しくありません", "a time before 1970");
        TRY(cosigned(s, (uint64_t)at_s, text, &all));
        put_be(bytes + n, (uint64_t)at_s, TIME_LEN);
        n += TIME_LEN;
    }
    TRY(sign_make_raw(s, mine, all, bytes + n));
    n += SIGN_LEN;
    TRY(sheet_new(s, sizeof DASH + strlen(key->name) + BASE64_LEN(sizeof bytes) + 2, &sheet));
    put_text(&sheet, DASH);
    put_text(&sheet, key->name);
    put_text(&sheet, " ");
    put_base64(&sheet, span_of(bytes, n));
    put_text(&sheet, "\n");
    return sheet_end(s, &sheet, ret_line);
}

enum status note_join(struct scope *s, struct span text, const struct span *lines, size_t n, struct span *ret_note)
{
    size_t all = text.n + 1;
    struct sheet sheet;

    for (size_t i = 0; i < n; i++)
        all += lines[i].n;
    TRY(sheet_new(s, all, &sheet));
    put_span(&sheet, text);
    put_text(&sheet, "\n");
    for (size_t i = 0; i < n; i++)
        put_span(&sheet, lines[i]);
    return sheet_end(s, &sheet, ret_note);
}
