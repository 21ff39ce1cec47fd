/* SHA-256 of the bytes alone, as everybody else computes it: the vectors of the standard. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_vectors_of_the_standard)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
