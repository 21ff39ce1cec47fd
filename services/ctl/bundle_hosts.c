/* Under which keys agencies' own systems asked, a bundle tells by the list of peers, which was read when their requests were taken; whoever
 * does not believe the keeper's list gets the keys from the agencies. */
#include "bundle.h"

#include <string.h>

#include "base/hex.h"
#include "ledger/request.h"
#include "seal/keyring.h"

static const struct peer *system_of(const struct keyring *ring, const uint8_t key[SIGN_PUBLIC_LEN])
{
    size_t n;
    const struct peer *v = keyring_peers(ring, &n);

    for (size_t i = 0; i < n; i++)
        if (peer_is_host(&v[i]) && memcmp(v[i].sign_public, key, SIGN_PUBLIC_LEN) == 0)
            return &v[i];
    return NULL;
}

static bool has_key(const struct agency_key *v, size_t n, struct span hex)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(v[i].key, hex))
            return true;
    return false;
}

enum status own_keys(struct scope *s, const struct keyring *ring, const struct case_bundle_event *events, size_t n,
                     struct case_bundle *head)
{
    size_t most = head->keys.n, k = head->keys.n;
    struct span bytes = {0}, hex = {0};
    struct request r;

    for (size_t i = 0; i < n; i++)
        most += events[i].has_request;
    struct agency_key *v = scope_alloc(s, (most + 1) * sizeof *v);
    if (!v)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    if (k)
        memcpy(v, head->keys.v, k * sizeof *v);
    for (size_t i = 0; i < n; i++) {
        if (!events[i].has_request)
            continue;
        TRY(hex_parse(s, events[i].request, &bytes));
        TRY(request_read(s, bytes, &r));
        TRY(hex_print(s, span_of(r.public_key, sizeof r.public_key), &hex));
        const struct peer *p = system_of(ring, r.public_key);
        if (p && !has_key(v, k, hex))
            v[k++] = (struct agency_key){.agency = p->agency, .key = hex, .from = p->from_us, .has_until = true, .until = p->until_us,
                                         .has_own = true, .own = true};
    }
    head->keys.v = v;
    head->keys.n = k;
    return OK;
}
