/* SHA-256 of the bytes alone and HMAC, as everybody else computes them: the vectors of the standards. */
#include "seal/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

/* FIPS 180-2 appendix B; the empty message from NIST's CAVP vectors. */
static const struct {
    const char *message, *digest;
} VECTORS[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void the_vectors_of_the_standard(void **state)
{
    uint8_t digest[DIGEST32_LEN];
    char hex[DIGEST_HEX_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(VECTORS); i++) {
        sha256_of(span_str(VECTORS[i].message), digest);
        assert_string_equal(digest_hex(span_of(digest, sizeof digest), hex), VECTORS[i].digest);
    }
}

/* Each message in two parts, cut at every place. */
static void parts_are_one_after_the_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(VECTORS); i++)
        for (size_t cut = 0, n = strlen(VECTORS[i].message); cut <= n; cut++) {
            const struct span parts[] = {span_of(VECTORS[i].message, cut), {0}, span_of(VECTORS[i].message + cut, n - cut)};
            uint8_t digest[DIGEST32_LEN];
            char hex[DIGEST_HEX_MAX];
            sha256_of_parts(parts, COUNT(parts), digest);
            assert_string_equal(digest_hex(span_of(digest, sizeof digest), hex), VECTORS[i].digest);
        }
}

/* RFC 4231 §4.3, §4.7: a short key, and one that is longer than a block. */
static void hmac_is_that_of_the_standard(void **state)
{
    uint8_t long_key[131];
    const struct span what[] = {SPAN_LIT("what do ya want"), SPAN_LIT(" for nothing?")};
    const struct span hash_first[] = {SPAN_LIT("Test Using Larger Than Block-Size Key"), SPAN_LIT(" - Hash Key First")};
    uint8_t mac[DIGEST32_LEN];
    char hex[DIGEST_HEX_MAX];

    (void)state;
    hmac256_of_parts(SPAN_LIT("Jefe"), what, COUNT(what), mac);
    assert_string_equal(digest_hex(span_of(mac, sizeof mac), hex), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(long_key, 0xaa, sizeof long_key);
    hmac256_of_parts(span_of(long_key, sizeof long_key), hash_first, COUNT(hash_first), mac);
    assert_string_equal(digest_hex(span_of(mac, sizeof mac), hex), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_standard),
        cmocka_unit_test(parts_are_one_after_the_other),
        cmocka_unit_test(hmac_is_that_of_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
