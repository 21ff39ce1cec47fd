/* Any bytes as a frame between two services: a tag that was not made for it is refused, one that was is accepted from its sender, in
 * its direction, for these bytes only; the same for a sealed body. Layout of an input: as fuzz_frame.c. */
#include "seal/envelope.h"
#include "wire/frame.h"

#include "fuzz.h"
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PARTS_MOST = 5 };

/* The two ends of a line; made once, as opening them takes files. */
struct ends {
    struct keyring *intake, *referral;
};

static struct ends open_ends(void)
{
    static const char *const NAMES[] = {"intake", "referral"};
    char dir[] = "/tmp/kmfuzz.XXXXXX", path[64];
    struct ends e;
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    must(s != NULL && mkdtemp(dir) != NULL);
    must(keyring_create(s, dir, NAMES, COUNT(NAMES)) == OK);
    must(keyring_open(s, dir, "intake", &e.intake) == OK && keyring_open(s, dir, "referral", &e.referral) == OK);
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        snprintf(path, sizeof path, "%s/%s.key", dir, NAMES[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/peers.pub", dir);
    unlink(path);
    rmdir(dir);
    return e;
}

static void try_tag(struct scope *s, const struct ends *e, const struct span *parts, size_t n)
{
    uint8_t tag[ENVELOPE_TAG_LEN] = {0}, back[ENVELOPE_TAG_LEN] = {0};
    struct span made = span_of(tag, sizeof tag), copy[PARTS_MOST];

    must(envelope_tag(s, e->intake, "referral", TO_PEER, parts, n, tag) == OK);
    must(envelope_check(s, e->referral, "intake", parts, n, made) == OK);
    must(envelope_check(s, e->intake, "referral", parts, n, made) == CORRUPT); /* thrown back at its sender */
    must(envelope_check(s, e->referral, "referral", parts, n, made) == DENIED);
    must(envelope_check(s, e->referral, "nobody", parts, n, made) == DENIED);
    must(envelope_check(s, e->referral, "intake", parts, n, span_of(tag, sizeof tag - 1)) == CORRUPT);
    must(envelope_tag(s, e->referral, "intake", FROM_PEER, parts, n, back) == OK && memcmp(tag, back, sizeof tag) == 0);
    for (size_t i = 0; i < n; i++) {
        memcpy(copy, parts, n * sizeof *parts);
        if (!copy[i].n)
            continue;
        copy[i].n--; /* one part shorter */
        must(envelope_check(s, e->referral, "intake", copy, n, made) == CORRUPT);
        if (i + 1 < n && copy[i + 1].p == parts[i].p + parts[i].n) {
            copy[i + 1] = span_of(copy[i + 1].p - 1, copy[i + 1].n + 1); /* and its last byte in the next */
            must(envelope_check(s, e->referral, "intake", copy, n, made) == CORRUPT);
        }
    }
}

static void try_body(struct scope *s, const struct ends *e, struct span ad, struct span body)
{
    struct span sealed, plain;

    must(envelope_open_body(s, e->referral, "intake", ad, body, &plain) != OK);
    must(envelope_seal_body(s, e->intake, "referral", ad, body, &sealed) == OK);
    must(envelope_open_body(s, e->referral, "intake", ad, sealed, &plain) == OK && span_eq(plain, body));
    must(envelope_open_body(s, e->intake, "referral", ad, sealed, &plain) == CORRUPT);
    must(envelope_open_body(s, e->referral, "intake", span_of(ad.p, ad.n / 2), sealed, &plain) == (ad.n ? CORRUPT : OK));
    ((uint8_t *)sealed.p)[(body.n * 31 + ad.n) % sealed.n] ^= 1;
    must(envelope_open_body(s, e->referral, "intake", ad, sealed, &plain) == CORRUPT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct ends ends;
    struct span parts[PARTS_MOST];
    struct frame f;

    if (n == 0)
        return 0;
    if (!ends.intake) {
        must(seal_init() == OK);
        ends = open_ends();
    }
    size_t part_n = data[0] % (PARTS_MOST + 1);
    struct span rest = span_of(data + 1, n - 1);
    for (size_t i = 0; i < part_n; i++)
        parts[i] = take_part(&rest, i + 1 == part_n);
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    must(s != NULL);
    if (frame_parse(s, parts, part_n, &f) == OK) /* a tag a stranger wrote */
        must(envelope_check(s, ends.referral, "intake", f.part, PART_TAG, f.part[PART_TAG]) == CORRUPT);
    try_tag(s, &ends, parts, part_n);
    if (part_n)
        try_body(s, &ends, part_n > 1 ? parts[1] : (struct span){0}, parts[0]);
    return 0;
}
