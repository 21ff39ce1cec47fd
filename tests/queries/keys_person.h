#ifndef KM_TEST_KEYS_PERSON_H
#define KM_TEST_KEYS_PERSON_H

#include "base/hex.h"
#include "keys_setup.h"
#include "people/compound.h"
#include "seal/seal.h"

/* A person as intake tells keys of one. */

static const struct person_fields TARO = {.name = {(const uint8_t *)"架空 太郎", 13}, .kana = {(const uint8_t *)"かくう たろう", 19},
                                          .birth_date = {(const uint8_t *)"1950-04-01", 10}, .phone = {(const uint8_t *)"000-0000-0001", 13}};

/* What intake sends when it has written a person down. */
static inline enum status known(struct world *w, struct uuid id, struct uuid person, int64_t version, const struct person_fields *fields,
                         struct span key_hex)
{
    struct record_id_fields says = {.type = RECORD_INDEX, .case_id = id, .record_id = person, .epoch = 1, .version = (uint32_t)version};
    struct compound found[COMPOUNDS_MAX];
    struct compound_private list[COMPOUNDS_MAX];
    struct compounds_private private = {.compounds = {.v = list}};
    struct span plain, sealed, hex, raw;
    AUTO(secret) key = NULL;

    assert_ok(w->s, people_compounds(w->s, fields, found, &private.compounds.n));
    for (size_t i = 0; i < private.compounds.n; i++)
        list[i] = (struct compound_private){.rule = span_str(found[i].rule), .text = found[i].text};
    assert_ok(w->s, codec_encode(w->s, shape_compounds_private(), &private, &plain));
    assert_ok(w->s, hex_parse(w->s, key_hex, &raw));
    key = secret_from(raw);
    assert_ok(w->s, seal_record(w->s, key, &says, plain, &sealed));
    assert_ok(w->s, hex_print(w->s, sealed, &hex));
    return STREAM(w, FROM_INTAKE, id, person_known, .case_id = id, .person_id = person, .epoch = 1, .version = version, .record = hex);
}

#endif
