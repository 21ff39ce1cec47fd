/* An installation's folders and identities. Run again it changes nothing that is there: no key is replaced. Who may sign in is not its
 * matter: the first administrator is invited once the services run. */
#include <stdio.h>

#include "ctl.h"
#include "file.h"
#include "seal/secret.h"

static const char *const IDENTITIES[] = {"relay", "gateway", "ctl", "intake", "referral", "meeting", "audit", "keys", "account",
                                         "sequencer", "signer"};

/* The passphrase, made only where nothing is sealed under one yet: a master key whose passphrase was lost must be said, not be hidden
 * behind a new one that does not open it. */
static enum status passphrase(struct scope *s, const struct settings *cfg, struct span *ret_passphrase)
{
    enum status st = passphrase_read(s, cfg->passphrase_file, ret_passphrase);
    AUTO(secret) master = NULL;

    if (st != NOT_FOUND)
        return st;
    if (shared_key_open(s, cfg->keys_dir, SHARED_MASTER, SPAN_LIT("none"), &master) == DENIED)
        return fail(s, NOT_FOUND, "マスター鍵のパスフレーズ %s がありません。控えから戻してください",
                    "the master key's passphrase %s is missing: restore it from its backup", cfg->passphrase_file);
    TRY(passphrase_create(s, cfg->passphrase_file));
    return passphrase_read(s, cfg->passphrase_file, ret_passphrase);
}

static enum status setup(struct ctl *c)
{
    static const char *const FOLDERS[] = {"run", "log"};
    const struct settings *cfg = &c->cfg;
    struct span passphrase_now;

    if (seal_init() != OK)
        return fail(c->s, UNAVAILABLE, "メモリをロックできません（ulimit -l）", "memory cannot be locked (ulimit -l)");
    TRY(folder_make(c->s, cfg->state));
    for (size_t i = 0; i < COUNT(FOLDERS); i++)
        TRY(folder_make(c->s, scope_print(c->s, "%s/%s", cfg->state, FOLDERS[i])));
    TRY(folder_make(c->s, cfg->keys_dir));
    printf("状態フォルダ / state folder  %s\n", cfg->state);
    TRY(keyring_create(c->s, cfg->keys_dir, IDENTITIES, COUNT(IDENTITIES)));
    TRY(passphrase(c->s, cfg, &passphrase_now));
    TRY(shared_key_create(c->s, cfg->keys_dir, SHARED_MASTER, passphrase_now));
    TRY(shared_key_create(c->s, cfg->keys_dir, SHARED_TICKETS, (struct span){0}));
    printf("鍵 / keys                    %s\n", cfg->keys_dir);
    return OK;
}

int run_setup(struct ctl *c)
{
    return ctl_say(c, setup(c));
}
