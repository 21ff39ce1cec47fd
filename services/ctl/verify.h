#ifndef KM_CTL_VERIFY_H
#define KM_CTL_VERIFY_H

#include "ctl.h"
#include "ledger/folder.h"
#include "ledger/verify.h"

/* kashimaru verify: files and nothing else; no settings, keys of the installation, database or network. */

/* What the codes of `verify` say of what was checked; 64 = the command line, a policy or a key given on it is wrong. */
enum { VERIFY_GOOD = 0, VERIFY_BAD = 1, VERIFY_INCOMPLETE = 2 };

int run_verify_proof(struct ctl *c);
int run_verify_log(struct ctl *c);
int run_verify_heads(struct ctl *c);
int run_verify_case(struct ctl *c);

/* log_folder_older: the narrower partial tiles of earlier heads that still lie in the folder are the beginnings of what replaced them.
 *   in     size   of a head whose own tiles are known to be good
 *   ret    n      how many there are
 *   fails  CORRUPT naming the file · as log_folder_file */
enum status log_folder_older(struct log_folder *folder, uint64_t size, size_t *ret_n) MUST_CHECK;

#endif
