/* An installation's folders and identities. Run again it changes nothing that is there: no key is replaced. Who may sign in is not its
 * matter: the first administrator is invited once the services run. */
#include <stdio.h>

#include "ctl.h"
#include "file.h"
#include "seal/secret.h"

static const char *const IDENTITIES[] = {"relay", "gateway", "ctl", "intake", "referral", "meeting", "audit", "keys", "account"};

static enum status setup(struct ctl *c)
{
    static const char *const FOLDERS[] = {"run", "log"};
    const struct settings *cfg = &c->cfg;
    struct span passphrase;

    if (seal_init() != OK)
        return fail(c->s, UNAVAILABLE, "メモリをロックできません（ulimit -l）", "memory cannot be locked (ulimit -l)");
    TRY(folder_make(c->s, cfg->state));
    for (size_t i = 0; i < COUNT(FOLDERS); i++)
        TRY(folder_make(c->s, scope_print(c->s, "%s/%s", cfg->state, FOLDERS[i])));
    TRY(folder_make(c->s, cfg->keys_dir));
    printf("状態フォルダ / state folder  %s\n", cfg->state);
    TRY(keyring_create(c->s, cfg->keys_dir, IDENTITIES, COUNT(IDENTITIES)));
    TRY(passphrase_create(c->s, cfg->passphrase_file));
    TRY(passphrase_read(c->s, cfg->passphrase_file, &passphrase));
    TRY(shared_key_create(c->s, cfg->keys_dir, SHARED_MASTER, passphrase));
    TRY(shared_key_create(c->s, cfg->keys_dir, SHARED_TICKETS, (struct span){0}));
    printf("鍵 / keys                    %s\n", cfg->keys_dir);
    return OK;
}

int run_setup(struct ctl *c)
{
    return ctl_say(c, setup(c));
}
