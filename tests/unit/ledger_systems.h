#ifndef KM_TEST_LEDGER_SYSTEMS_H
#define KM_TEST_LEDGER_SYSTEMS_H

#include "ledger/request.h"
#include "ledger_bundles.h"
#include "seal/envelope.h"

/* Agencies' own systems and what they ask for. */

enum { SYSTEMS = 2, RECEIVER = 3, OTHER = 4 };

#define REF "ab000000-0000-0000-0000-000000000001"
#define ANOTHER_REF "ab000000-0000-0000-0000-000000000002"
#define ACCEPT "{\"event\":\"accept\",\"ref_id\":\"" REF "\"}"

/* The systems of two agencies, RECEIVER and OTHER. */
struct systems {
    struct scope *s;
    struct secret *mine[SYSTEMS];
    uint8_t public_key[SYSTEMS][SIGN_PUBLIC_LEN];
};

static inline void systems_new(struct scope *s, struct systems *h)
{
    h->s = s;
    MUST(seal_init());
    for (size_t i = 0; i < SYSTEMS; i++)
        MUST(sign_keypair(s, &h->mine[i], h->public_key[i]));
}

static inline void systems_free(struct systems *h)
{
    for (size_t i = 0; i < SYSTEMS; i++)
        secret_free(h->mine[i]);
}

/* One request; what is zero is as it should be. */
struct asked {
    const char *type, *payload;
    unsigned agency;     /* in the header */
    enum role role;
    unsigned id;
    int64_t later_us;    /* sent so long after the event */
    bool is_by_other;    /* signed by the system of OTHER */
};

static inline void sign_again(struct systems *h, size_t who, uint8_t *p, size_t n)
{
    size_t skip = REQUEST_SIGNED_AT + sizeof ENVELOPE_SIGN_DOMAIN;

    MUST(sign_make(h->s, h->mine[who], ENVELOPE_SIGN_DOMAIN, span_of(p + skip, n - skip), p + 36));
}

static inline struct span request_of(struct systems *h, int64_t at_us, const struct asked *a)
{
    static const uint8_t BLANK[SIGN_LEN];
    size_t who = a->is_by_other;
    struct header says = {.id = {{0x1d, [15] = (uint8_t)a->id}}, .type = span_str(a->type ? a->type : "referral_act"), .from = SPAN_LIT("host-A003-00aa"),
                          .to = SPAN_LIT("referral"), .has_actor = true, .actor = SPAN_LIT("host-A003-00aa"), .has_role = true,
                          .role = a->role ? a->role : ROLE_AGENCY_HOST, .has_agency = true, .sent = at_us + a->later_us};
    struct frame f;
    struct span made = {0};

    MUST(agency_of_number(h->s, a->agency ? a->agency : RECEIVER, &says.agency));
    MUST(frame_build(h->s, &says, span_str(a->payload ? a->payload : ACCEPT), (struct span){0}, &f));
    f.part[PART_TAG] = span_of(BLANK, sizeof BLANK);
    MUST(request_make(h->s, h->public_key[who], f.part, &made));
    sign_again(h, who, (uint8_t *)(uintptr_t)made.p, made.n);
    return made;
}

#endif
