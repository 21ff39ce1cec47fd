/* An installation's folders, identities and first accounts. Run again it changes nothing that is there: no key is replaced, and
 * accounts an operator took away do not come back. */
#include <stdio.h>
#include <unistd.h>

#include "ctl.h"
#include "file.h"
#include "print.h"
#include "seal/digest.h"
#include "seal/secret.h"
#include "wire/words.h"

enum { TOKEN_BYTES = 32 };

static const char *const IDENTITIES[] = {"relay", "gateway", "ctl", "intake", "referral", "meeting", "audit", "keys"};

/* One desk of each kind, for trying things out. */
static const struct {
    const char *name, *agency;
    enum role role;
} DEMO[] = {
    {"madoguchi", "A056", ROLE_WORKER},        {"houkatsu", "A059", ROLE_WORKER}, {"seikatsu", "A062", ROLE_WORKER},
    {"kodomo", "A066", ROLE_WORKER},           {"coordinator", "A001", ROLE_COORDINATOR}, {"kansa", "A001", ROLE_AUDITOR},
    {"kanri", "A001", ROLE_ADMINISTRATOR},
};

/* The token list first: were it lost after the accounts were written, nobody could sign in with them. */
static enum status accounts_create(struct scope *s, const struct settings *cfg, bool *ret_made)
{
    struct page list = {.s = s}, accounts = {.s = s};
    uint8_t random[TOKEN_BYTES], digest[DIGEST32_LEN];
    char token[DIGEST_HEX_MAX], hash[DIGEST_HEX_MAX];

    *ret_made = access(cfg->gateway_accounts, F_OK) != 0;
    if (!*ret_made)
        return OK;
    page_str(&accounts, "# name agency role digest-of-token\n");
    for (size_t i = 0; i < COUNT(DEMO); i++) {
        s->entropy->fill(s->entropy->ctx, random, sizeof random);
        digest_hex(span_of(random, sizeof random), token);
        struct span part = span_str(token);
        digest32(&part, 1, digest);
        digest_hex(span_of(digest, sizeof digest), hash);
        const char *role = words_at(words_role(), DEMO[i].role);
        page_str(&list, scope_print(s, "%s %s %s %s\n", DEMO[i].name, DEMO[i].agency, role, token));
        page_str(&accounts, scope_print(s, "%s %s %s %s\n", DEMO[i].name, DEMO[i].agency, role, hash));
    }
    explicit_bzero(random, sizeof random);
    explicit_bzero(token, sizeof token);
    if (list.has_failed || accounts.has_failed)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    TRY(file_put(s, scope_print(s, "%s/demo-accounts.txt", cfg->state), 0600, span_of(list.p, list.n)));
    return file_put(s, cfg->gateway_accounts, 0600, span_of(accounts.p, accounts.n));
}

static enum status setup(struct ctl *c)
{
    static const char *const FOLDERS[] = {"run", "log"};
    const struct settings *cfg = &c->cfg;
    bool is_made;

    if (seal_init() != OK)
        return fail(c->s, UNAVAILABLE, "メモリをロックできません（ulimit -l）", "memory cannot be locked (ulimit -l)");
    TRY(folder_make(c->s, cfg->state));
    for (size_t i = 0; i < COUNT(FOLDERS); i++)
        TRY(folder_make(c->s, scope_print(c->s, "%s/%s", cfg->state, FOLDERS[i])));
    TRY(folder_make(c->s, cfg->keys_dir));
    printf("状態フォルダ / state folder  %s\n", cfg->state);
    TRY(keyring_create(c->s, cfg->keys_dir, IDENTITIES, COUNT(IDENTITIES)));
    TRY(keyring_master_create(c->s, cfg->keys_dir));
    printf("鍵 / keys                    %s\n", cfg->keys_dir);
    TRY(accounts_create(c->s, cfg, &is_made));
    printf("アカウント / accounts        %s%s\n", cfg->gateway_accounts, is_made ? "（試用: demo-accounts.txt）" : "");
    return OK;
}

int run_setup(struct ctl *c)
{
    return ctl_say(c, setup(c));
}
