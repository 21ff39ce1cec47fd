#ifndef KM_CTL_CTL_H
#define KM_CTL_CTL_H

#include "args.h"
#include "base/scope.h"
#include "seal/keyring.h"
#include "svc/settings.h"
#include "wire/api.h"

/* One run of the command line: what was asked, by whom, with which settings. */

/* Who asks: somebody named, or whoever the kept session belongs to; and the ticket account gave for it. */
struct asker {
    struct actor as;   /* user "" = the session's */
    struct span token; /* of the session */
    struct span ticket;
    int64_t until_us;  /* UTC, of the ticket */
};

enum { EXIT_GOOD = 0, EXIT_SOME_BAD = 1, EXIT_USAGE_ERROR = 64, EXIT_REJECTED = 65 };

struct ctl {
    struct scope *s; /* lives as long as the run */
    struct args args;
    struct settings cfg;
    const char *config; /* path of the settings file; NULL = none is there */
    struct keyring *ring; /* of "ctl", or of the host; only after ctl_keys */
    struct asker asker;   /* only after grant_choose */
};

/* A command that is no row of the table of requests. Answers with the exit code. */
struct command {
    const char *noun, *verb; /* verb NULL: none */
    int (*run)(struct ctl *c);
    bool needs_settings;
    const char *usage, *ja, *en;
};

/* command_at: in the order help prints them; NULL past the end. */
const struct command *command_at(size_t i);

/* ctl_settings: --config, else $KASHIMARU_CONFIG, else kashimaru.conf of the default state folder if it is there.
 * ctl_confine: no core file, no debugger, lockable memory: before a secret passes through. ctl_keys: the same, and opens the keyring as
 * "ctl", or with --host as the agency's system of that folder, which also says where the relay is.
 *   fails  as settings_load, keyring_open; UNAVAILABLE memory cannot be locked */
enum status ctl_settings(struct ctl *c) MUST_CHECK;
enum status ctl_confine(struct ctl *c) MUST_CHECK;
enum status ctl_keys(struct ctl *c) MUST_CHECK;

/* ctl_say: the reason in the scope on stderr, unless st is OK.   ret  the exit code of `st`
 * ctl_misuse: a mistake on the command line: the reason and where to read on.   ret  64 */
int ctl_say(const struct ctl *c, enum status st);
int ctl_misuse(const struct ctl *c);

/* ctl_program: path of a program of this installation: bin.dir, else the folder this program lies in.
 *   fails  NOT_FOUND neither has it */
enum status ctl_program(struct scope *s, const struct settings *cfg, const char *name, const char **ret_path) MUST_CHECK;

/* out, say: bytes, or a text, to stdout.
 *   fails  UNAVAILABLE stdout is closed or full */
enum status out(struct scope *s, struct span text) MUST_CHECK;
enum status say(struct scope *s, const char *text) MUST_CHECK;

/* The commands. */
int run_account_first(struct ctl *c);
int run_enrol(struct ctl *c);
int run_session_open(struct ctl *c);
int run_sign_in(struct ctl *c);
int run_sign_out(struct ctl *c);
int run_whoami(struct ctl *c);
int run_load(struct ctl *c);
int run_match(struct ctl *c);
int run_queue(struct ctl *c);
int run_rules(struct ctl *c);
int run_schema(struct ctl *c);
int run_settings(struct ctl *c);
int run_setup(struct ctl *c);
int run_db_migrate(struct ctl *c);
int run_db_status(struct ctl *c);
int run_audit_head(struct ctl *c);
int run_audit_reshard(struct ctl *c);
int run_audit_bundle(struct ctl *c);
int run_audit_proof(struct ctl *c);
int run_doctor(struct ctl *c);
int run_status(struct ctl *c);
int run_up(struct ctl *c);
int run_escrow(struct ctl *c);
int run_keys_init(struct ctl *c);
int run_keys_passphrase(struct ctl *c);
int run_host_new(struct ctl *c);
int run_host_accept(struct ctl *c);
int run_host_revoke(struct ctl *c);
int run_host_server_file(struct ctl *c);
int run_help(struct ctl *c);

/* run_request: a row of the table of requests, with fixed pairs laid over the given ones. */
int run_request(struct ctl *c, const struct api *row, const struct pair *fixed, size_t fixed_n);

/* referral_verb: the event an abbreviated `kashimaru referral VERB` stands for, −1 when it is none. */
int referral_verb(const char *verb);

/* help_request, help_command: what one row or command takes, on stdout. */
void help_request(struct ctl *c, const struct api *row, const char *event);
void help_command(const struct command *cmd);

#endif
