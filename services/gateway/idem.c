/* A key belongs to one account and one path: nobody meets another's answer by guessing a key, and a key used twice for different
 * things never mixes them up. */
#include "idem.h"

#include "seal/digest.h"

bool idem_key_is_valid(struct span key)
{
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] <= 0x20 || key.p[i] >= 0x7f)
            return false;
    return key.n > 0 && key.n <= IDEM_KEY_MAX;
}

bool idem_is_told(const struct api *api)
{
    const struct field *f = (api->roles & API_ANYBODY) ? shape_field(api->request(), SPAN_LIT("once")) : NULL;

    return f && f->kind == K_UUID;
}

struct uuid idem_id(const struct actor *who, struct span method, struct span path, struct span key)
{
    const struct span parts[] = {SPAN_LIT("KM-idem"), span_str(who->user), span_str(who->agency.code), method, path, key};
    struct uuid id;

    _Static_assert(sizeof id.b == DIGEST16_LEN, "a digest fills an id");
    digest16(parts, COUNT(parts), id.b);
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x80);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}
