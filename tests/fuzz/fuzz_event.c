/* An event as somebody hands it over: any bytes are refused with a reason, or are an event that is written again as the same bytes, and
 * that no key signed. */
#include "ledger/event.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint8_t PUBLIC[SIGN_PUBLIC_LEN] = {0x03, 0xa1, 0x07, 0xbf, 0xf3, 0xce, 0x10, 0xbe, 0x1d, 0x70, 0xdd,
                                                    0x18, 0xe7, 0x4b, 0xc0, 0x99, 0x67, 0xe4, 0xd6, 0x30, 0x9b, 0xa5,
                                                    0x0d, 0x5f, 0x1d, 0xdc, 0x86, 0x64, 0x12, 0x55, 0x31, 0xb8};
    AUTO(scope) s = scope_new(1 << 16, entropy_system());
    struct span bytes = span_of(data, n);
    uint8_t again[EVENT_LEN], key_id[EVENT_KEY_ID_LEN];
    struct agency_id agency;
    struct event e;

    must(s != NULL);
    sign_key_id(PUBLIC, key_id);
    if (event_read(s, bytes, &e) != OK) {
        must(s->why.en[0] != 0 && s->why.ja[0] != 0);
        return 0;
    }
    event_write(&e, again);
    must(span_eq(span_of(again, sizeof again), bytes));
    must(event_type_word(e.type)[0] != '?');
    if (agency_of_number(s, e.agency, &agency) == OK)
        must(agency_number(agency) == e.agency);
    if (event_check(s, PUBLIC, bytes) == OK)
        must(memcmp(e.key_id, key_id, sizeof key_id) == 0);
    return 0;
}
