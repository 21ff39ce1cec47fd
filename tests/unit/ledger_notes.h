#ifndef KM_TEST_LEDGER_NOTES_H
#define KM_TEST_LEDGER_NOTES_H

#include "seal_help.h"

#include "ledger/note.h"

/* What the tests of notes share: keys from known seeds, and notes made with Go's golang.org/x/mod/sumdb/note and crypto/ed25519. */

#define DASH "\xe2\x80\x94 "

/* ---- the examples in the documentation of golang.org/x/mod/sumdb/note ---- */
#define PETER "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define ENOCH "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define ADVICE                                                                                    \
    "If you think cryptography is the answer to your problem,\n"                                  \
    "then you don't know what your problem is.\n"
#define PETER_LINE                                                                                \
    DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ENOCH_LINE                                                                                \
    DASH "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

/* ---- a head, its log with seed 0, 1, 2 … and a witness with seed 100, 101, 102 … ---- */
#define ORIGIN "example.com/kashimaru/2026"
#define HEAD ORIGIN "\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define LOG_VKEY ORIGIN "+17361353+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
#define LOG_LINE                                                                                  \
    DASH ORIGIN " FzYTU7VDoquog78FFaXimnikh6EGx0/ySv4E/xci/rDpyrZaeuTrggre+wNqunEPl7RCkNiCJTarEfHBCqwiD0nqagA=\n"
#define WITNESS_VKEY "witness.example/w1+09dcf0bd+BAu8NGpXZnw4ASC9nH/X5R0sX9/qN80vW/QFssa/by14"
#define WITNESS_LINE                                                                              \
    DASH "witness.example/w1 "                                                                    \
         "CdzwvQAAAABkGFDLQZLYrzzIDVtI072tS3PNRuSMf0Ek7KWoUFmK8fcS6ol0kQNH9+3AKCi1gXBOnjnZkj76d3tIWAD0APZpgjYIAg==\n"
enum { WITNESS_AT = 1679315147, LOG_SEED = 0, WITNESS_SEED = 100 };

static inline void must_be(enum status have, enum status want, const char *name)
{
    if (have != want)
        print_error("%s: %s, not %s\n", name, status_trait(have)->word, status_trait(want)->word);
    assert_int_equal(have, want);
}

static inline struct note_key key_of(struct scope *s, const char *vkey)
{
    struct note_key key;
    assert_int_equal(vkey_read(s, span_str(vkey), &key), OK);
    return key;
}

/* A secret as libsodium has it: seed ‖ public key. */
static inline struct secret *secret_of(struct span seed, const uint8_t public_key[SIGN_PUBLIC_LEN])
{
    uint8_t both[SIGN_SECRET_LEN];
    assert_int_equal(seed.n, SIGN_SECRET_LEN - SIGN_PUBLIC_LEN);
    memcpy(both, seed.p, seed.n);
    memcpy(both + seed.n, public_key, SIGN_PUBLIC_LEN);
    return secret_from(span_of(both, sizeof both));
}

#endif
