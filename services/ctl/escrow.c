/* The city's escrow key, made and used away from any server: its secret half is never in a file whole, is never printed, and exists in
 * locked memory only while this command runs. What opening a case with it gives is written where only its owner can read it. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hex.h"
#include "ctl.h"
#include "file.h"
#include "seal/keywrap.h"
#include "seal/seal.h"
#include "share.h"
#include "wire/codec.h"
#include "wire/message.h"

enum { SHARE_FILE_MAX = 4096, EPOCHS_MAX = 64 };

static enum status number(struct scope *s, const char *text, const char *name, int otherwise, int *ret_n)
{
    char *end;

    *ret_n = otherwise;
    if (!text)
        return OK;
    long n = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || n > SHARES_MAX)
        return fail(s, INVALID, "--%s は%d以下の数です", "--%s is a number of at most %d", name, SHARES_MAX);
    *ret_n = (int)n;
    return OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Files *.share of a folder, by name. */
static enum status list_shares(struct scope *s, const char *folder, const char *names[SHARES_MAX], size_t *ret_n)
{
    DIR *dir = opendir(folder);
    size_t n = 0;
    bool too_many = false;

    if (!dir)
        return fail(s, NOT_FOUND, "フォルダ %s を開けません", "cannot open folder %s", folder);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        size_t len = strlen(e->d_name);
        if (len < 7 || strcmp(e->d_name + len - 6, ".share") != 0)
            continue;
        too_many = too_many || n == SHARES_MAX;
        if (!too_many)
            names[n++] = scope_print(s, "%s/%s", folder, e->d_name);
    }
    closedir(dir);
    if (too_many)
        return fail(s, INVALID, "分散片は %d 枚までです", "at most %d shares", SHARES_MAX);
    qsort(names, n, sizeof names[0], by_name);
    *ret_n = n;
    return OK;
}

/* A share of another set would be given away as one of these, and nobody would notice before it is needed. */
static enum status check_no_shares(struct scope *s, const char *folder)
{
    const char *names[SHARES_MAX];
    size_t n = 0;

    if (access(folder, F_OK) != 0)
        return OK;
    TRY(list_shares(s, folder, names, &n));
    if (n)
        return fail(s, CONFLICT, "%s がすでにあります。分散片のないフォルダを指定してください",
                    "%s is there already; name a folder without shares", names[0]);
    return OK;
}

static enum status write_shares(struct ctl *c, const struct share *shares, int of)
{
    TRY(check_no_shares(c->s, c->args.out));
    TRY(folder_make(c->s, c->args.out));
    for (int i = 0; i < of; i++) {
        const char *path = scope_print(c->s, "%s/share-%d.share", c->args.out, shares[i].index);
        struct span text;
        TRY(share_print(c->s, &shares[i], &text));
        TRY(file_put(c->s, path, 0600, text));
    }
    return OK;
}

static enum status public_text(struct scope *s, const uint8_t public_key[HPKE_KEY_LEN], const char **ret_text)
{
    uint8_t id[KEY_ID_LEN];
    struct span key_hex, id_hex;

    keywrap_key_id(public_key, id);
    TRY(hex_print(s, span_of(public_key, HPKE_KEY_LEN), &key_hex));
    TRY(hex_print(s, span_of(id, sizeof id), &id_hex));
    *ret_text = scope_print(s, "公開鍵 / public key  %.*s\n鍵番号 / key id      %.*s\n", (int)key_hex.n, (const char *)key_hex.p,
                            (int)id_hex.n, (const char *)id_hex.p);
    return OK;
}

static enum status make(struct ctl *c)
{
    uint8_t public_key[HPKE_KEY_LEN];
    struct share shares[SHARES_MAX] = {{.index = 0}};
    AUTO(secret) secret = NULL;
    const char *text;
    int of, need;

    if (!c->args.out)
        return fail(c->s, INVALID, "--out フォルダ が要ります", "--out FOLDER is needed");
    TRY(number(c->s, c->args.shares, "shares", 5, &of));
    TRY(number(c->s, c->args.need, "need", 3, &need));
    TRY(hpke_keypair(c->s, &secret, public_key));
    TRY(share_split(c->s, secret, of, need, shares));
    enum status st = write_shares(c, shares, of);
    shares_free(shares, SHARES_MAX);
    TRY(st);
    TRY(public_text(c->s, public_key, &text));
    TRY(say(c->s, text));
    return say(c->s, scope_print(c->s,
        "分散片を %d 枚 %s に書きました。%d 枚そろうと復元できます。\n"
        "%d share files are in %s; any %d rebuild the key. Give each to another person, then delete them here.\n"
        "次に / then:  kashimaru keys escrow-put public_key=…\n", of, c->args.out, need, of, c->args.out, need));
}

static enum status read_shares(struct scope *s, const char *folder, struct share shares[SHARES_MAX], size_t *ret_n)
{
    const char *names[SHARES_MAX];
    size_t n = 0;

    TRY(list_shares(s, folder, names, &n));
    for (size_t i = 0; i < n; i++) {
        struct span text;
        TRY(file_read(s, names[i], SHARE_FILE_MAX, &text));
        TRY(share_parse(s, names[i], text, &shares[i]));
    }
    *ret_n = n;
    return OK;
}

/* The secret from a folder of shares, held against the registered public key if one is given. */
static enum status rebuild(struct ctl *c, struct secret **ret_secret, uint8_t public_key[HPKE_KEY_LEN])
{
    struct share shares[SHARES_MAX] = {{.index = 0}};
    uint8_t want[HPKE_KEY_LEN];
    size_t n = 0;

    if (c->args.word_n != 4)
        return fail(c->s, INVALID, "分散片のフォルダを1つ指定してください", "name one folder of shares");
    enum status st = read_shares(c->s, c->args.word[3], shares, &n);
    if (st == OK)
        st = share_join(c->s, shares, n, ret_secret);
    if (st == OK)
        memcpy(public_key, shares[0].public_key, HPKE_KEY_LEN);
    shares_free(shares, SHARES_MAX);
    TRY(st);
    if (!c->args.public_key)
        return OK;
    if (!hex_to(span_str(c->args.public_key), want, sizeof want))
        return fail(c->s, INVALID, "--public は16進64文字です", "--public is 64 hex digits");
    if (memcmp(want, public_key, HPKE_KEY_LEN) != 0)
        return fail(c->s, CORRUPT, "この分散片は、登録された公開鍵のものではありません", "these shares are not of the registered public key");
    return OK;
}

/* What `kashimaru --json keys escrow-fetch` printed. */
static enum status read_wraps(struct ctl *c, struct escrow_wrap *ret_w)
{
    struct span text, payload, sealed;
    const struct pair none[] = {{.name = NULL}};

    TRY(file_read(c->s, c->args.wraps, ARG_FILE_MAX, &text));
    TRY(codec_split(c->s, shape_escrow_wrap(), text, none, 0, &payload, &sealed));
    TRY(codec_decode(c->s, shape_escrow_wrap(), payload, SCHEMA_MINOR, ret_w));
    return codec_decode(c->s, shape_escrow_wraps(), sealed, SCHEMA_MINOR, &ret_w->sealed);
}

static enum status open_one(struct scope *s, struct uuid case_id, struct span hex, const struct secret *mine,
                            const uint8_t public_key[HPKE_KEY_LEN], struct secret *to, uint32_t *ret_epoch)
{
    struct keywrap says;
    struct span wrap;

    TRY(hex_parse(s, hex, &wrap));
    TRY(keywrap_parse(s, wrap, &says));
    TRY(keywrap_open(s, &(struct keywrap){.kind = KEYWRAP_ESCROW, .case_id = case_id, .epoch = says.epoch}, mine, public_key, wrap, to));
    *ret_epoch = says.epoch;
    return OK;
}

static enum status drill(struct ctl *c)
{
    uint8_t public_key[HPKE_KEY_LEN];
    AUTO(secret) mine = NULL;
    AUTO(secret) key = secret_new(DATA_KEY_LEN);
    struct escrow_wrap w;
    const char *text;
    uint32_t epoch;

    if (!key)
        return fail(c->s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
    TRY(rebuild(c, &mine, public_key));
    TRY(public_text(c->s, public_key, &text));
    TRY(say(c->s, text));
    TRY(say(c->s, "分散片から鍵を復元できました。/ The shares rebuild the key.\n"));
    if (!c->args.wraps)
        return OK;
    TRY(read_wraps(c, &w));
    for (size_t i = 0; i < w.sealed.wraps.n; i++)
        TRY(open_one(c->s, w.case_id, w.sealed.wraps.v[i].wrap, mine, public_key, key, &epoch));
    return say(c->s, scope_print(c->s, "預託された鍵 %zu 個が開きました。/ %zu escrowed keys open.\n", w.sealed.wraps.n, w.sealed.wraps.n));
}

static enum status open_case(struct ctl *c)
{
    uint8_t public_key[HPKE_KEY_LEN];
    char id[UUID_TEXT_MAX];
    AUTO(secret) mine = NULL;
    AUTO(secret) key = secret_new(DATA_KEY_LEN);
    struct escrow_wrap w;
    struct span hex;
    uint32_t epoch;

    if (!c->args.wraps || !c->args.out)
        return fail(c->s, INVALID, "--wraps ファイル と --out ファイル が要ります", "--wraps FILE and --out FILE are needed");
    if (!key)
        return fail(c->s, UNAVAILABLE, "鍵用のメモリを確保できません", "no lockable memory for a key");
    if (access(c->args.out, F_OK) == 0)
        return fail(c->s, CONFLICT, "%s がすでにあります", "%s is there already", c->args.out);
    TRY(rebuild(c, &mine, public_key));
    TRY(read_wraps(c, &w));
    const char *text = scope_print(c->s, "case %s\n", uuid_print(w.case_id, id));
    for (size_t i = 0; i < w.sealed.wraps.n; i++) {
        TRY(open_one(c->s, w.case_id, w.sealed.wraps.v[i].wrap, mine, public_key, key, &epoch));
        TRY(hex_print(c->s, secret_span(key), &hex));
        text = scope_print(c->s, "%sepoch %u %.*s\n", text, epoch, (int)hex.n, (const char *)hex.p);
    }
    TRY(file_put(c->s, c->args.out, 0600, span_str(text)));
    return say(c->s, scope_print(c->s, "ケースの鍵 %zu 個を %s に書きました（所有者だけが読めます）。\n"
                                       "%zu keys of the case are in %s, readable by its owner alone.\n", w.sealed.wraps.n, c->args.out,
                                 w.sealed.wraps.n, c->args.out));
}

int run_escrow(struct ctl *c)
{
    static const struct {
        const char *verb;
        size_t words;
        enum status (*run)(struct ctl *c);
    } VERBS[] = {{"make", 3, make}, {"drill", 4, drill}, {"open", 4, open_case}};
    const char *verb = c->args.word_n > 2 ? c->args.word[2] : "";
    enum status st = ctl_confine(c);

    if (st != OK)
        return ctl_say(c, st);
    for (size_t i = 0; i < COUNT(VERBS); i++) {
        if (strcmp(VERBS[i].verb, verb) != 0)
            continue;
        if (c->args.word_n <= VERBS[i].words && !c->args.pair_n)
            return ctl_say(c, VERBS[i].run(c));
        (void)fail(c->s, INVALID, "余分な語があります", "there are words too many");
        return ctl_misuse(c);
    }
    (void)fail(c->s, INVALID, "keys escrow make・drill・open のどれかです", "it is keys escrow make, drill or open");
    return ctl_misuse(c);
}
