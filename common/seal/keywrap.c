/* A wrapped data key opens only for the recipient, case, epoch and kind its own header names, because the header is part of what the
 * key of the wrap is derived from; the data key goes from one locked memory to another. */
#include "seal/keywrap.h"

#include <sodium.h>

#include "internal.h"
#include "seal/hpke.h"
#include "seal/seal.h"

enum { SUITE = 0x01, AT_SUITE = 4, AT_KIND = 5, AT_ZERO = 6, AT_CASE = 8, AT_EPOCH = 24, AT_AGENCY = 28 };
enum { AT_KEY_ID = 32, AT_CREATED = 40, AT_ENC = 48, AT_SEALED = 80, HEAD_LEN = AT_ENC };

static const uint8_t MAGIC[4] = {'K', 'M', 'W', '1'};

_Static_assert(AT_SEALED == AT_ENC + HPKE_ENC_LEN && KEYWRAP_LEN == AT_SEALED + DATA_KEY_LEN + HPKE_TAG_LEN, "128 bytes");

static bool kind_is_known(int kind)
{
    return kind >= KEYWRAP_AGENCY && kind <= KEYWRAP_USER;
}

void keywrap_key_id(const uint8_t public_key[32], uint8_t ret_id[KEY_ID_LEN])
{
    key_id_of(SPAN_LIT("KM-x25519"), span_of(public_key, HPKE_KEY_LEN), ret_id);
}

static void info_put(uint8_t info[sizeof MAGIC + HEAD_LEN], const uint8_t *head)
{
    memcpy(info, MAGIC, sizeof MAGIC);
    memcpy(info + sizeof MAGIC, head, HEAD_LEN);
}

enum status keywrap_seal(struct scope *s, const struct keywrap *w, const uint8_t to[32], const struct secret *data_key,
                         struct span *ret_wrap)
{
    uint8_t info[sizeof MAGIC + HEAD_LEN];

    TRY(key_len_check(s, data_key, DATA_KEY_LEN));
    if (!kind_is_known((int)w->kind))
        return fail(s, INVALID, "包みの種類 %d はありません", "no kind of wrap %d", (int)w->kind);
    uint8_t *out = scope_alloc(s, KEYWRAP_LEN);
    if (!out)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for a wrapped key");
    memcpy(out, MAGIC, sizeof MAGIC);
    out[AT_SUITE] = SUITE;
    out[AT_KIND] = (uint8_t)w->kind;
    memcpy(out + AT_CASE, w->case_id.b, UUID_LEN);
    put_be(out + AT_EPOCH, w->epoch, 4);
    put_be(out + AT_AGENCY, w->agency, 4);
    keywrap_key_id(to, out + AT_KEY_ID);
    put_be(out + AT_CREATED, (uint64_t)w->created_s, 8);
    info_put(info, out);
    TRY(hpke_seal(s, to, span_of(info, sizeof info), (struct span){0}, secret_span(data_key), out + AT_ENC, out + AT_SEALED));
    *ret_wrap = span_of(out, KEYWRAP_LEN);
    return OK;
}

enum status keywrap_parse(struct scope *s, struct span wrap, struct keywrap *ret_w)
{
    const uint8_t *h = wrap.p;

    if (wrap.n != KEYWRAP_LEN)
        return fail(s, CORRUPT, "包まれた鍵の長さが %zu バイトです", "wrapped key of %zu bytes", wrap.n);
    if (memcmp(h, MAGIC, sizeof MAGIC) != 0 || h[AT_SUITE] != SUITE || !kind_is_known(h[AT_KIND]) || get_be(h + AT_ZERO, 2) != 0)
        return fail(s, CORRUPT, "包まれた鍵の形式ではありません", "not a wrapped key of a known format");
    struct keywrap w = {.kind = (enum keywrap_kind)h[AT_KIND],
                        .epoch = (uint32_t)get_be(h + AT_EPOCH, 4),
                        .agency = (uint32_t)get_be(h + AT_AGENCY, 4),
                        .created_s = (int64_t)get_be(h + AT_CREATED, 8)};
    memcpy(w.case_id.b, h + AT_CASE, UUID_LEN);
    memcpy(w.key_id, h + AT_KEY_ID, KEY_ID_LEN);
    *ret_w = w;
    return OK;
}

static enum status open_to(struct scope *s, const struct keywrap *want, const struct secret *mine, const uint8_t mine_public[32],
                           struct span wrap, struct secret *to)
{
    struct keywrap w;
    uint8_t key_id[KEY_ID_LEN], info[sizeof MAGIC + HEAD_LEN];

    TRY(keywrap_parse(s, wrap, &w));
    keywrap_key_id(mine_public, key_id);
    if (w.kind != want->kind || w.epoch != want->epoch || w.agency != want->agency || !uuid_eq(w.case_id, want->case_id) ||
        memcmp(w.key_id, key_id, KEY_ID_LEN) != 0)
        return fail(s, CORRUPT, "包まれた鍵は別の案件・世代・宛先のものです",
                    "the wrapped key is of another case, epoch or recipient");
    info_put(info, wrap.p);
    return hpke_open(s, mine, mine_public, wrap.p + AT_ENC, span_of(info, sizeof info), (struct span){0},
                     span_of(wrap.p + AT_SEALED, KEYWRAP_LEN - AT_SEALED), secret_bytes(to));
}

enum status keywrap_open(struct scope *s, const struct keywrap *want, const struct secret *mine, const uint8_t mine_public[32],
                         struct span wrap, struct secret *to)
{
    enum status st = key_len_check(s, to, DATA_KEY_LEN);

    if (st == OK)
        st = open_to(s, want, mine, mine_public, wrap, to);
    if (st != OK)
        secret_wipe(to);
    return st;
}
