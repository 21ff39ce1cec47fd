#ifndef KM_SEAL_ENROLMENT_H
#define KM_SEAL_ENROLMENT_H

#include "seal/digest.h"
#include "seal/host.h"
#include "statefile.h"

/* What the files of hosts share; of this folder only. */

/* enrolment_print: the signed text; sets times and fingerprint.
 *   in     sign  SIGN_SECRET_LEN */
enum status enrolment_print(struct scope *s, struct enrolment *e, const struct secret *sign, struct span *ret_text) MUST_CHECK;

/* expect_word: the next line is "<word> <value>". expect_identity: lines name and agency that belong together.
 *   fails  INVALID anything else, naming the line */
enum status expect_word(struct scope *s, struct lines *l, const char *word, struct span *ret_value) MUST_CHECK;
enum status expect_identity(struct scope *s, struct lines *l, struct peer *p) MUST_CHECK;

/* fingerprint_print: eight groups of eight hex digits. */
void fingerprint_print(const uint8_t digest[DIGEST32_LEN], char to[FINGERPRINT_MAX]);

#endif
