/* An event is the same 288 bytes wherever it is written, its signature binds every one of them that says something and the rest are zero,
 * and the leaf made of it tells nothing to who does not hold event and salt. */
#include "ledger/event.h"

#include <string.h>

#include "base/bigendian.h"
#include "seal/digest.h"

#define EVENT_DOMAIN "KME1/sig"

/* Where each part stands; the table in the header. */
enum {
    AT_MAGIC = 0, AT_TYPE = 4, AT_FLAGS = 6, AT_TIME = 8, AT_ID = 16, AT_CASE = 32, AT_SEQ = 48, AT_AGENCY = 52, AT_COUNTERPART = 56,
    AT_REASON = 60, AT_PSEUDONYM = 64, AT_PREV = 80, AT_PAYLOAD = 112, AT_RECORD = 144, AT_ANSWERS = 176, AT_KEY_ID = 208, AT_ZERO = 216,
    AT_SIGNATURE = 224, MAGIC_LEN = 4
};

_Static_assert(AT_SIGNATURE + SIGN_LEN == EVENT_LEN && (int)LEDGER_HASH_LEN == (int)DIGEST32_LEN, "KME1");

static const uint8_t MAGIC[MAGIC_LEN] = {'K', 'M', 'E', '1'};
static const uint8_t LEAF_HEAD[LEAF_LEN - LEDGER_HASH_LEN] = {'K', 'M', 'L', '1', 0x01, 0, 0, 0};

void event_write(const struct event *e, uint8_t ret_bytes[EVENT_LEN])
{
    uint8_t b[EVENT_LEN] = {0};

    memcpy(b + AT_MAGIC, MAGIC, MAGIC_LEN);
    put_be(b + AT_TYPE, (uint64_t)e->type, 2);
    put_be(b + AT_FLAGS, e->flags, 2);
    put_be(b + AT_TIME, (uint64_t)e->at_ms, 8);
    memcpy(b + AT_ID, e->id.b, UUID_LEN);
    memcpy(b + AT_CASE, e->case_id.b, UUID_LEN);
    put_be(b + AT_SEQ, e->seq, 4);
    put_be(b + AT_AGENCY, e->agency, 4);
    put_be(b + AT_COUNTERPART, e->counterpart, 4);
    put_be(b + AT_REASON, e->reason, 4);
    memcpy(b + AT_PSEUDONYM, e->pseudonym, PSEUDONYM_LEN);
    memcpy(b + AT_PREV, e->prev, LEDGER_HASH_LEN);
    memcpy(b + AT_PAYLOAD, e->payload, LEDGER_HASH_LEN);
    memcpy(b + AT_RECORD, e->record, LEDGER_HASH_LEN);
    memcpy(b + AT_ANSWERS, e->answers, LEDGER_HASH_LEN);
    memcpy(b + AT_KEY_ID, e->key_id, EVENT_KEY_ID_LEN);
    memcpy(b + AT_SIGNATURE, e->signature, SIGN_LEN);
    memcpy(ret_bytes, b, EVENT_LEN);
}

static bool is_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

static enum status is_event(struct scope *s, struct span bytes)
{
    if (bytes.n != EVENT_LEN)
        return fail(s, CORRUPT, "%zuバイトの記録は出来事ではありません", "a record of %zu bytes is no event", bytes.n);
    if (memcmp(bytes.p + AT_MAGIC, MAGIC, MAGIC_LEN) != 0)
        return fail(s, CORRUPT, "出来事の記録（KME1）ではありません", "not a KME1 event");
    return OK;
}

enum status event_read(struct scope *s, struct span bytes, struct event *ret_e)
{
    const uint8_t *b = bytes.p;
    struct event e = {0};

    TRY(is_event(s, bytes));
    unsigned type = (unsigned)get_be(b + AT_TYPE, 2);
    if (type < EVENT_OFFER || type >= EVENT_TYPE_END)
        return fail(s, CORRUPT, "出来事の種類%uは知られていません", "unknown type %u of an event", type);
    if (!is_zero(b + AT_ZERO, AT_SIGNATURE - AT_ZERO))
        return fail(s, CORRUPT, "出来事の予備の部分がゼロではありません", "a reserved byte of an event is not zero");
    if (b[AT_TIME] & 0x80)
        return fail(s, CORRUPT, "出来事の時刻が範囲の外です", "the time of an event is out of range");
    e.type = (enum event_type)type;
    e.flags = (uint16_t)get_be(b + AT_FLAGS, 2);
    e.at_ms = (int64_t)get_be(b + AT_TIME, 8);
    memcpy(e.id.b, b + AT_ID, UUID_LEN);
    memcpy(e.case_id.b, b + AT_CASE, UUID_LEN);
    e.seq = (uint32_t)get_be(b + AT_SEQ, 4);
    e.agency = (uint32_t)get_be(b + AT_AGENCY, 4);
    e.counterpart = (uint32_t)get_be(b + AT_COUNTERPART, 4);
    e.reason = (uint32_t)get_be(b + AT_REASON, 4);
    memcpy(e.pseudonym, b + AT_PSEUDONYM, PSEUDONYM_LEN);
    memcpy(e.prev, b + AT_PREV, LEDGER_HASH_LEN);
    memcpy(e.payload, b + AT_PAYLOAD, LEDGER_HASH_LEN);
    memcpy(e.record, b + AT_RECORD, LEDGER_HASH_LEN);
    memcpy(e.answers, b + AT_ANSWERS, LEDGER_HASH_LEN);
    memcpy(e.key_id, b + AT_KEY_ID, EVENT_KEY_ID_LEN);
    memcpy(e.signature, b + AT_SIGNATURE, SIGN_LEN);
    *ret_e = e;
    return OK;
}

enum status event_sign(struct scope *s, const struct secret *mine, struct event *e)
{
    struct event signed_one = *e;
    struct span key = secret_span(mine);
    uint8_t bytes[EVENT_LEN];

    if (key.n != SIGN_SECRET_LEN)
        return fail(s, INVALID, "署名鍵の長さが%zuバイトです", "a signing key of %zu bytes", key.n);
    sign_key_id(key.p + SIGN_SECRET_LEN - SIGN_PUBLIC_LEN, signed_one.key_id);
    event_write(&signed_one, bytes);
    TRY(sign_make(s, mine, EVENT_DOMAIN, span_of(bytes, AT_SIGNATURE), signed_one.signature));
    *e = signed_one;
    return OK;
}

enum status event_check(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], struct span bytes)
{
    uint8_t id[EVENT_KEY_ID_LEN];

    TRY(is_event(s, bytes));
    sign_key_id(public_key, id);
    if (memcmp(id, bytes.p + AT_KEY_ID, sizeof id) != 0)
        return fail(s, CORRUPT, "別の鍵で署名された出来事です", "the event names another signing key");
    return sign_check(s, public_key, EVENT_DOMAIN, span_of(bytes.p, AT_SIGNATURE), span_of(bytes.p + AT_SIGNATURE, SIGN_LEN));
}

/* ---- commitments ---- */

void payload_commit(const uint8_t salt[SALT_LEN], struct span payload, uint8_t ret_hash[LEDGER_HASH_LEN])
{
    hmac256_of_parts(span_of(salt, SALT_LEN), (struct span[]){SPAN_LIT("KME1/payload"), payload}, 2, ret_hash);
}

void leaf_make(const uint8_t salt[SALT_LEN], const uint8_t event[EVENT_LEN], uint8_t ret_leaf[LEAF_LEN])
{
    const struct span parts[] = {SPAN_LIT("KME1/leaf"), span_of(event, EVENT_LEN)};

    memcpy(ret_leaf, LEAF_HEAD, sizeof LEAF_HEAD);
    hmac256_of_parts(span_of(salt, SALT_LEN), parts, COUNT(parts), ret_leaf + sizeof LEAF_HEAD);
}

/* ---- words and numbers ---- */

/* Version 8: the digest decides. */
struct uuid row_event_id(int64_t row)
{
    uint8_t number[sizeof row];
    struct uuid id;

    put_be(number, (uint64_t)row, sizeof number);
    const struct span parts[] = {SPAN_LIT("event"), span_of(number, sizeof number)};
    digest16(parts, COUNT(parts), id.b);
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x80);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}

const char *event_type_word(enum event_type type)
{
    static const char *const WORDS[EVENT_TYPE_END] = {
        [EVENT_OFFER] = "OFFER",     [EVENT_DELIVER] = "DELIVER", [EVENT_ACCEPT] = "ACCEPT",         [EVENT_DECLINE] = "DECLINE",
        [EVENT_EXPIRE] = "EXPIRE",   [EVENT_CLOSE] = "CLOSE",     [EVENT_READ] = "READ",             [EVENT_BREAKGLASS] = "BREAKGLASS",
        [EVENT_REVIEW] = "REVIEW",   [EVENT_ERASE] = "ERASE",     [EVENT_MEETING] = "MEETING",       [EVENT_KEYROT] = "KEYROT",
        [EVENT_GRANT] = "GRANT",     [EVENT_REVOKE] = "REVOKE",   [EVENT_OPEN] = "OPEN",             [EVENT_WITHDRAW] = "WITHDRAW",
        [EVENT_OUTCOME] = "OUTCOME", [EVENT_DISCLOSE] = "DISCLOSE",
    };

    return (unsigned)type < EVENT_TYPE_END && WORDS[type] ? WORDS[type] : "?";
}

/* number = digits as a number + DIGITS_SPAN · (how many digits beyond three + DIGIT_KINDS · letter) */
enum { DIGITS_LEAST = 3, DIGIT_KINDS = 4, DIGITS_SPAN = 1000000 };

uint32_t agency_number(struct agency_id agency)
{
    struct span code = span_of(agency.code, strnlen(agency.code, sizeof agency.code));
    uint32_t n = 0;

    if (agency_parse(code, &agency) != OK)
        return UINT32_MAX; /* of no code */
    for (size_t i = 1; i < code.n; i++)
        n = 10 * n + (uint32_t)(agency.code[i] - '0');
    return n + DIGITS_SPAN * ((uint32_t)(code.n - 1 - DIGITS_LEAST) + DIGIT_KINDS * (uint32_t)(agency.code[0] - 'A'));
}

enum status agency_of_number(struct scope *s, uint32_t number, struct agency_id *ret_agency)
{
    uint32_t kind = number / DIGITS_SPAN, letter = kind / DIGIT_KINDS, left = number % DIGITS_SPAN;
    struct agency_id id = {{0}};

    for (size_t i = DIGITS_LEAST + kind % DIGIT_KINDS; i > 0; i--, left /= 10)
        id.code[i] = (char)('0' + left % 10);
    id.code[0] = (char)('A' + (letter < 26 ? letter : 0));
    if (letter >= 26 || left > 0)
        return fail(s, CORRUPT, "機関番号%uの機関はありえません", "no agency can have number %u", (unsigned)number);
    *ret_agency = id;
    return OK;
}
