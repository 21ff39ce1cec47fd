/* The keys of an installation as files. Making them never replaces one that is there: a master key that is gone takes every case with it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ctl.h"
#include "file.h"
#include "seal/password.h"

static enum status init(struct ctl *c)
{
    const struct settings *cfg = &c->cfg;
    const char *there[] = {scope_print(c->s, "%s/master.key", cfg->keys_dir), scope_print(c->s, "%s/tickets.key", cfg->keys_dir)};
    struct span passphrase;

    for (size_t i = 0; i < COUNT(there); i++)
        if (access(there[i], F_OK) == 0)
            return fail(c->s, CONFLICT, "%s がすでにあります（上書きしません）", "%s is there already and is not replaced", there[i]);
    TRY(folder_make(c->s, cfg->keys_dir));
    if (!getenv("CREDENTIALS_DIRECTORY"))
        TRY(passphrase_create(c->s, cfg->passphrase_file));
    TRY(passphrase_read(c->s, cfg->passphrase_file, &passphrase));
    TRY(shared_key_create(c->s, cfg->keys_dir, SHARED_MASTER, passphrase));
    TRY(shared_key_create(c->s, cfg->keys_dir, SHARED_TICKETS, (struct span){0}));
    printf("マスター鍵とチケット鍵を %s に作りました。/ Master key and ticket key are in %s.\n", cfg->keys_dir, cfg->keys_dir);
    return OK;
}

int run_keys_init(struct ctl *c)
{
    enum status st = ctl_confine(c);

    return ctl_say(c, st == OK ? init(c) : st);
}

/* The key file first: a passphrase file that is newer than the key it seals would lock everybody out. */
static enum status change(struct ctl *c)
{
    const struct settings *cfg = &c->cfg;
    struct span now, next;

    if (!c->args.file)
        return fail(c->s, INVALID, "--file 新しいパスフレーズのファイル が要ります", "--file FILE with the new passphrase is needed");
    TRY(passphrase_read(c->s, cfg->passphrase_file, &now));
    TRY(file_read(c->s, c->args.file, PASSPHRASE_MAX + 1, &next));
    while (next.n && (next.p[next.n - 1] == '\n' || next.p[next.n - 1] == '\r'))
        next.n--;
    TRY(shared_key_reseal(c->s, cfg->keys_dir, now, next));
    if (getenv("CREDENTIALS_DIRECTORY") || access(cfg->passphrase_file, F_OK) != 0) {
        puts("マスター鍵を新しいパスフレーズで封緘しました。資格情報も差し替えてください。\n"
             "The master key is sealed under the new passphrase; put the new credential in place too.");
        return OK;
    }
    TRY(file_put(c->s, cfg->passphrase_file, 0600, span_str(scope_print(c->s, "%.*s\n", (int)next.n, (const char *)next.p))));
    printf("マスター鍵を新しいパスフレーズで封緘し、%s を差し替えました。\n"
           "The master key is sealed under the new passphrase, which is now in %s.\n", cfg->passphrase_file, cfg->passphrase_file);
    return OK;
}

int run_keys_passphrase(struct ctl *c)
{
    enum status st = ctl_confine(c);

    return ctl_say(c, st == OK ? change(c) : st);
}
