/* Whoever has the database has the keys that lie in it. Do they open anything? Tries each key on each sealed secret, as XChaCha20-Poly1305
 * with what it belongs to, and by HKDF-SHA-256 as services derive keys from keys.
 *   thief <tries     each line: KEY<tab>SALT<tab>INFO<tab>BELONGS-TO<tab>SEALED     KEY and SEALED in hex; an empty SALT: KEY itself
 * Prints what opened. Exit code 0: all was tried. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 16384, NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };

static void mac(const void *key, size_t key_n, const void *text, size_t n, unsigned char to[32])
{
    crypto_auth_hmacsha256_state h;

    crypto_auth_hmacsha256_init(&h, key, key_n);
    crypto_auth_hmacsha256_update(&h, text, n);
    crypto_auth_hmacsha256_final(&h, to);
}

/* RFC 5869, one block of output. */
static void derive(unsigned char key[32], const char *salt, const char *info)
{
    unsigned char prk[32], text[LINE_BYTES];
    size_t n = strlen(info);

    mac(salt, strlen(salt), key, 32, prk);
    memcpy(text, info, n);
    text[n] = 1;
    mac(prk, sizeof prk, text, n + 1, key);
}

static int try_line(char *line)
{
    unsigned char key[32], sealed[LINE_BYTES / 2], plain[LINE_BYTES / 2];
    char *part[5];
    size_t key_n, n;

    for (int i = 0; i < 5; i++)
        if (!(part[i] = strsep(&line, "\t")))
            return -1;
    if (sodium_hex2bin(key, sizeof key, part[0], strlen(part[0]), NULL, &key_n, NULL) != 0 || key_n != sizeof key ||
        sodium_hex2bin(sealed, sizeof sealed, part[4], strlen(part[4]), NULL, &n, NULL) != 0 || n <= NONCE + TAG)
        return -1;
    if (part[1][0])
        derive(key, part[1], part[2]);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed + NONCE, n - NONCE, (const unsigned char *)part[3],
                                                   strlen(part[3]), sealed, key) == 0)
        printf("opened: %s\n", part[3]);
    return 0;
}

int main(void)
{
    char line[LINE_BYTES];

    if (sodium_init() < 0)
        return 1;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (try_line(line) != 0) {
            fputs("thief: a line is not what it should be\n", stderr);
            return 1;
        }
    }
    return 0;
}
