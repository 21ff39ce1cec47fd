/* Any bytes as a sealed record: its layout is understood or refused with a reason, and only a record sealed under the key opens, as
 * itself. Any bytes as a record's content: they come back whole, and not after one bit was changed. The first byte chooses. */
#include "seal/seal.h"

#include "fuzz.h"

/* 00 01 … 1f: the key of the records in the corpus. */
static struct secret *data_key(void)
{
    uint8_t raw[DATA_KEY_LEN];

    for (size_t i = 0; i < sizeof raw; i++)
        raw[i] = (uint8_t)i;
    return secret_from(span_of(raw, sizeof raw));
}

static void try_sealed(struct scope *s, const struct secret *key, struct span sealed)
{
    struct record_parts parts;
    struct span plain, again;

    if (record_parse(s, sealed, &parts) != OK) {
        must(s->why.en[0] != 0 && s->why.ja[0] != 0);
        return;
    }
    must(parts.header.n == RECORD_HEADER_LEN && parts.salt.n == RECORD_SALT_LEN && parts.commitment.n == RECORD_COMMIT_LEN);
    must(parts.header.n + parts.cipher.n + parts.tag.n == sealed.n && parts.cipher.n <= RECORD_PADDED_MAX);
    if (unseal_record(s, key, &parts.id, sealed, &plain) != OK)
        return;
    must(plain.n < parts.cipher.n);
    must(seal_record(s, key, &parts.id, plain, &sealed) == OK);
    must(unseal_record(s, key, &parts.id, sealed, &again) == OK && span_eq(plain, again));
}

static void try_plain(struct scope *s, const struct secret *key, struct span plain, unsigned choice)
{
    struct record_id_fields id = {.type = (uint16_t)choice, .epoch = 1 + choice, .version = choice};
    struct span sealed, back, copy;

    enum status st = seal_record(s, key, &id, plain, &sealed);
    must(st == (plain.n <= RECORD_PLAIN_MAX ? OK : TOO_LARGE));
    if (st != OK)
        return;
    must(unseal_record(s, key, &id, sealed, &back) == OK && span_eq(plain, back));
    must(scope_copy(s, sealed, &copy) == OK);
    ((uint8_t *)copy.p)[(choice * 2654435761U + plain.n) % copy.n] ^= (uint8_t)(1U << choice % 8);
    must(unseal_record(s, key, &id, copy, &back) == CORRUPT);
    id.epoch++;
    must(unseal_record(s, key, &id, sealed, &back) == CORRUPT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    must(seal_init() == OK);
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(secret) key = data_key();
    must(s != NULL && key != NULL);
    if (data[0] == 'r')
        try_sealed(s, key, span_of(data + 1, n - 1));
    else
        try_plain(s, key, span_of(data + 1, n - 1), data[0]);
    return 0;
}
