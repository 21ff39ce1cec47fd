#ifndef KM_CTL_ARGS_H
#define KM_CTL_ARGS_H

#include "base/scope.h"
#include "wire/codec.h"

/* What stands on a command line, taken apart but not yet understood. */

enum { WORDS_MAX = 8, PAIRS_MAX = 64, SETS_MAX = 32, ARG_FILE_MAX = 1 << 20 };

struct args {
    const char *word[WORDS_MAX];    /* NOUN VERB and what follows without "=" */
    size_t word_n;
    struct pair pair[PAIRS_MAX];    /* field=value */
    size_t pair_n;
    struct pair nested[PAIRS_MAX];  /* field.part=value, kept under the part's name */
    const char *nested_of;          /* the one field they belong to; NULL = none */
    size_t nested_n;
    const char *set[SETS_MAX + 1];  /* --set key=value, ends with NULL */
    size_t set_n;
    const char *config, *file, *as, *id, *wait, *out;
    const char *user, *agency, *role, *token, *code, *password_file, *qr; /* of who signs in or enrols */
    const char *host, *fingerprint; /* of an agency's own system */
    const char *origin_year, *reason; /* of another log */
    const char *shares, *need, *public_key, *wraps; /* of the city's escrow key */
    const char *policy, *key, *agency_keys; /* whom a check of the ledger believes */
    bool is_json, is_csv, is_help, is_version, is_frozen, is_full;
};

/* args_parse: options may stand anywhere; "--" ends them. A value "@path" is the contents of that file without its last newline,
 * "@@text" is "@text".
 *   in     argv   without the program's name
 *   fails  INVALID unknown option, missing or repeated value, nested fields of two records · TOO_LARGE more than the limits
 *          NOT_FOUND, UNAVAILABLE a file named as value cannot be read */
enum status args_parse(struct scope *s, int argc, char **argv, struct args *ret_args) MUST_CHECK;

/* args_actor: "user@A056:worker", or "user:administrator" for an operator of no agency.
 *   fails  INVALID anything else
 *   pure   yes */
enum status args_actor(struct scope *s, const char *text, struct actor *ret_actor) MUST_CHECK;

/* file_read: a whole file, "-" = standard input, into the scope.
 *   fails  NOT_FOUND · UNAVAILABLE · TOO_LARGE over `most` bytes */
enum status file_read(struct scope *s, const char *path, size_t most, struct span *ret_text) MUST_CHECK;

#endif
