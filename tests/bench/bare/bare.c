/* Kashimaru without protection, to measure what protection costs: linked over the services' own libraries (--wrap, see CMakeLists.txt
 * here), started only by tests/bench/run, never installed. Records are stored as they are, keys wrapped for nobody: no seal, no HPKE, no
 * message to `keys` when a case changes hands; no ticket is checked here nor worn in the database. Tags and bodies of frames, the
 * connections and everything a service decides, writes and tells stay what they are. */
#include <string.h>

#include "base/scope.h"
#include "q_svc.h"
#include "seal/hpke.h"
#include "seal/seal.h"
#include "seal/ticket.h"
#include "svc/turn.h"

enum { AT_FLAGS = 5, AT_TYPE = 6, AT_CASE = 8, AT_RECORD = 24, AT_EPOCH = 40, AT_VERSION = 44, AT_LENGTH = 112 };

/* Instead of the function of that name, which --wrap makes __real_. */
enum status __wrap_seal_record(struct scope *s, const struct secret *data_key, const struct record_id_fields *id, struct span plain,
                               struct span *ret_sealed);
enum status __wrap_unseal_record(struct scope *s, const struct secret *data_key, const struct record_id_fields *want,
                                 struct span sealed, struct span *ret_plain);
enum status __wrap_hpke_seal(struct scope *s, const uint8_t *to, struct span info, struct span ad, struct span plain, uint8_t *ret_enc,
                             uint8_t *ret_sealed);
enum status __wrap_hpke_open(struct scope *s, const struct secret *mine, const uint8_t *mine_public, const uint8_t *enc,
                             struct span info, struct span ad, struct span sealed, uint8_t *ret_plain);
enum status __wrap_ticket_check(struct scope *s, const struct secret *key, struct span line, int64_t now_us, struct ticket *ret_t);
enum status __wrap_tx_queue(struct tx *tx, const struct query *q, const void *in, void *ret_rows);
enum status __wrap_turn_emit(struct turn *t, const char *dest, struct uuid key, const struct shape *shape, const void *msg);
enum status __real_tx_queue(struct tx *tx, const struct query *q, const void *in, void *ret_rows);
enum status __real_turn_emit(struct turn *t, const char *dest, struct uuid key, const struct shape *shape, const void *msg);

static void put(uint8_t *to, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
}

static size_t padded(size_t n)
{
    size_t step = RECORD_PADDED_MIN;

    while (step <= n)
        step *= 4; /* 256, 1 Ki, 4 Ki, 16 Ki, 64 Ki: the sizes of seal.c */
    return step;
}

/* Of the same form and length, so that the database has as much to store. */
enum status __wrap_seal_record(struct scope *s, const struct secret *data_key, const struct record_id_fields *id, struct span plain,
                               struct span *ret_sealed)
{
    size_t n = padded(plain.n), all = RECORD_HEADER_LEN + n + RECORD_TAG_LEN;
    uint8_t *h = plain.n <= RECORD_PLAIN_MAX ? scope_alloc(s, all) : NULL;

    (void)data_key;
    if (!h)
        return fail(s, TOO_LARGE, "記録が大きすぎます", "too large a record");
    memcpy(h, "KMR1\1\1", AT_TYPE);
    put(h + AT_TYPE, id->type, 2);
    memcpy(h + AT_CASE, id->case_id.b, UUID_LEN);
    memcpy(h + AT_RECORD, id->record_id.b, UUID_LEN);
    put(h + AT_EPOCH, id->epoch, 4);
    put(h + AT_VERSION, id->version, 4);
    put(h + AT_LENGTH, n + RECORD_TAG_LEN, 4);
    if (plain.n)
        memcpy(h + RECORD_HEADER_LEN, plain.p, plain.n);
    h[RECORD_HEADER_LEN + plain.n] = 0x80;
    *ret_sealed = span_of(h, all);
    return OK;
}

enum status __wrap_unseal_record(struct scope *s, const struct secret *data_key, const struct record_id_fields *want,
                                 struct span sealed, struct span *ret_plain)
{
    struct record_parts p;

    (void)data_key;
    (void)want;
    TRY(record_parse(s, sealed, &p));
    size_t n = p.cipher.n;
    while (n && p.cipher.p[n - 1] == 0)
        n--;
    *ret_plain = span_of(p.cipher.p, n ? n - 1 : 0);
    return OK;
}

enum status __wrap_hpke_seal(struct scope *s, const uint8_t *to, struct span info, struct span ad, struct span plain, uint8_t *ret_enc,
                             uint8_t *ret_sealed)
{
    (void)s;
    (void)info;
    (void)ad;
    memcpy(ret_enc, to, HPKE_ENC_LEN);
    memcpy(ret_sealed, plain.p, plain.n);
    memset(ret_sealed + plain.n, 0, HPKE_TAG_LEN);
    return OK;
}

enum status __wrap_hpke_open(struct scope *s, const struct secret *mine, const uint8_t *mine_public, const uint8_t *enc,
                             struct span info, struct span ad, struct span sealed, uint8_t *ret_plain)
{
    (void)mine;
    (void)mine_public;
    (void)enc;
    (void)info;
    (void)ad;
    if (sealed.n < HPKE_TAG_LEN)
        return fail(s, CORRUPT, "短すぎます", "too short");
    memcpy(ret_plain, sealed.p, sealed.n - HPKE_TAG_LEN);
    return OK;
}

enum status __wrap_ticket_check(struct scope *s, const struct secret *key, struct span line, int64_t now_us, struct ticket *ret_t)
{
    (void)key;
    (void)now_us;
    return ticket_read(s, line, ret_t);
}

enum status __wrap_tx_queue(struct tx *tx, const struct query *q, const void *in, void *ret_rows)
{
    return q == &QUERY_ticket_wear || q == &QUERY_ticket_self ? OK : __real_tx_queue(tx, q, in, ret_rows);
}

enum status __wrap_turn_emit(struct turn *t, const char *dest, struct uuid key, const struct shape *shape, const void *msg)
{
    bool is_wrapping = strcmp(shape->name, "key_share") == 0 || strcmp(shape->name, "key_unshare") == 0;

    return is_wrapping ? OK : __real_turn_emit(t, dest, key, shape, msg);
}
