/* The file of what was signed, as text: one that was not printed here, byte for byte and with this mac key, is not believed. It is plain so
 * that an operator can read it; the mac tells whoever edits it, not whoever puts back an older one. */
#include <stdio.h>

#include "base/hex.h"
#include "head.h"

static const char TITLE[] = "kashimaru-signer 1\n";
static const char NONE[] = "-";

enum { MAC_LINE = 4 + 2 * DIGEST16_LEN + 1 };

static const char *hex_of(struct scope *s, const void *p, size_t n)
{
    struct span text = {0};

    return hex_print(s, span_of(p, n), &text) == OK ? scope_print(s, "%.*s", (int)text.n, (const char *)text.p) : "";
}

static const char *body(struct scope *s, const struct head *h)
{
    char id[UUID_TEXT_MAX];
    const char *text = scope_print(s, "%skey %s\nopened %s\norigin %s\nsize %llu\nroot %s\nsigned %lld\n", TITLE, h->key,
                                   uuid_print(h->opened, id), h->origin[0] ? h->origin : NONE, (unsigned long long)h->size,
                                   hex_of(s, h->root.b, TREE_HASH_LEN), (long long)h->signed_s);

    for (size_t i = 0; i < h->closed_n; i++) {
        const struct closed *c = &h->closed[i];
        text = scope_print(s, "%sclosed %s\nsize %llu\nroot %s\nat %lld\nby %s\nreason %s\n", text, c->origin, (unsigned long long)c->size,
                           hex_of(s, c->root.b, TREE_HASH_LEN), (long long)c->at_s, c->by, c->reason);
        if (c->vkey[0])
            text = scope_print(s, "%svkey %s\n", text, c->vkey);
    }
    return text;
}

static void mac_of(struct span text, const struct secret *mac_key, uint8_t ret_mac[DIGEST16_LEN])
{
    struct span parts[] = {SPAN_LIT("kashimaru-signer/head"), text};

    digest16_keyed(mac_key, parts, COUNT(parts), ret_mac);
}

enum status head_print(struct scope *s, const struct head *h, const struct secret *mac_key, struct span *ret_text)
{
    uint8_t mac[DIGEST16_LEN];
    const char *text = body(s, h);

    mac_of(span_str(text), mac_key, mac);
    *ret_text = span_str(scope_print(s, "%smac %s\n", text, hex_of(s, mac, sizeof mac)));
    return ret_text->n > MAC_LINE ? OK : fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
}

bool head_is_true(struct span text, const struct secret *mac_key)
{
    uint8_t want[DIGEST16_LEN], got[DIGEST16_LEN];

    if (text.n <= MAC_LINE)
        return false;
    struct span line = span_of(text.p + text.n - MAC_LINE, MAC_LINE);
    mac_of(span_of(text.p, text.n - MAC_LINE), mac_key, want);
    return memcmp(line.p, "mac ", 4) == 0 && line.p[MAC_LINE - 1] == '\n' &&
           hex_to(span_of(line.p + 4, 2 * sizeof got), got, sizeof got) && digest_eq(span_of(want, sizeof want), span_of(got, sizeof got));
}

/* ---- reading ---- */

/* The value of the next line if it begins with this word. */
static bool next(struct span *rest, const char *word, struct span *ret_value)
{
    const uint8_t *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    size_t n = end ? (size_t)(end - rest->p) : 0, k = strlen(word);

    if (!end || n <= k || memcmp(rest->p, word, k) != 0 || rest->p[k] != ' ')
        return false;
    *ret_value = span_of(rest->p + k + 1, n - k - 1);
    *rest = span_of(end + 1, rest->n - n - 1);
    return true;
}

static bool text_next(struct span *rest, const char *word, char *to, size_t cap)
{
    struct span value;

    if (!next(rest, word, &value) || value.n >= cap)
        return false;
    memcpy(to, value.p, value.n);
    to[value.n] = 0;
    return true;
}

static bool number_next(struct span *rest, const char *word, uint64_t *ret_n)
{
    struct span value;
    uint64_t n = 0;

    if (!next(rest, word, &value) || value.n == 0 || value.n > 19)
        return false;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < '0' || value.p[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(value.p[i] - '0');
    }
    *ret_n = n;
    return n <= INT64_MAX;
}

static bool time_next(struct span *rest, const char *word, int64_t *ret_s)
{
    uint64_t n;

    if (!number_next(rest, word, &n))
        return false;
    *ret_s = (int64_t)n;
    return true;
}

static bool root_next(struct span *rest, struct tree_hash *ret_root)
{
    struct span value;

    return next(rest, "root", &value) && hex_to(value, ret_root->b, TREE_HASH_LEN);
}

static bool closed_next(struct span *rest, struct closed *c)
{
    if (!text_next(rest, "closed", c->origin, sizeof c->origin) || !number_next(rest, "size", &c->size) || !root_next(rest, &c->root) ||
        !time_next(rest, "at", &c->at_s) || !text_next(rest, "by", c->by, sizeof c->by) ||
        !text_next(rest, "reason", c->reason, sizeof c->reason))
        return false;
    (void)text_next(rest, "vkey", c->vkey, sizeof c->vkey); /* one that cannot be kept makes this no text that was printed here */
    return true;
}

static bool parse(struct span rest, struct head *h)
{
    struct span id;
    uint8_t key[(KEY_ID_TEXT - 1) / 2]; /* it names a file: nothing but digits */
    size_t n = sizeof TITLE - 1;

    if (rest.n < n || memcmp(rest.p, TITLE, n) != 0)
        return false;
    rest = span_of(rest.p + n, rest.n - n);
    if (!text_next(&rest, "key", h->key, sizeof h->key) || !hex_to(span_str(h->key), key, sizeof key) || !next(&rest, "opened", &id) || uuid_parse(id, &h->opened) != OK ||
        !text_next(&rest, "origin", h->origin, sizeof h->origin) || !number_next(&rest, "size", &h->size) || !root_next(&rest, &h->root) ||
        !time_next(&rest, "signed", &h->signed_s))
        return false;
    if (strcmp(h->origin, NONE) == 0)
        h->origin[0] = 0;
    while (rest.n && h->closed_n < CLOSED_MOST)
        if (!closed_next(&rest, &h->closed[h->closed_n++]))
            return false;
    return rest.n == 0;
}

enum status head_parse(struct scope *s, struct span text, struct head *ret_h)
{
    struct head *h = SCOPE_NEW(s, struct head);

    if (!h)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    bool is_good = text.n > MAC_LINE && parse(span_of(text.p, text.n - MAC_LINE), h) &&
                   span_eq(span_str(body(s, h)), span_of(text.p, text.n - MAC_LINE));
    if (!is_good)
        return fail(s, CORRUPT, "署名の記憶が壊れているか、書き換えられています", "the signer's memory is damaged or was edited");
    *ret_h = *h;
    return OK;
}
