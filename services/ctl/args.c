/* The command line says the same whatever the order of its parts: options are options wherever they stand, NAME=VALUE is a field,
 * everything else is a word. Nothing is guessed: what is not understood is refused before anything is sent. */
#include "args.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "wire/words.h"

struct parser {
    struct scope *s;
    struct args *a;
};

static enum status unreadable(struct scope *s, const char *path)
{
    return fail(s, errno == ENOENT ? NOT_FOUND : UNAVAILABLE, "%s を読めません（%s）", "cannot read %s (%s)", path,
                strerrorname_np(errno));
}

static enum status read_all(struct scope *s, int fd, const char *path, size_t most, struct span *ret_text)
{
    size_t n = 0, cap = 4096;
    uint8_t *p = scope_alloc(s, cap + 1);

    while (p && n <= most) {
        ssize_t got = read(fd, p + n, cap - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return unreadable(s, path);
        if (got == 0) {
            *ret_text = span_of(p, n);
            return OK;
        }
        n += (size_t)got;
        if (n == cap) {
            uint8_t *more = scope_alloc(s, 2 * cap + 1);
            if (more)
                memcpy(more, p, n);
            p = more;
            cap *= 2;
        }
    }
    return fail(s, TOO_LARGE, "%s が大きすぎます（%zu バイトまで）", "%s is too large (at most %zu bytes)", path, most);
}

enum status file_read(struct scope *s, const char *path, size_t most, struct span *ret_text)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return unreadable(s, path);
    enum status st = read_all(s, fd, path, most, ret_text);
    if (!is_stdin)
        close(fd);
    return st;
}

static enum status value_of(struct scope *s, const char *text, struct span *ret_value)
{
    if (text[0] != '@' || text[1] == '@') {
        *ret_value = span_str(text[0] == '@' ? text + 1 : text);
        return OK;
    }
    TRY(file_read(s, text + 1, ARG_FILE_MAX, ret_value));
    if (ret_value->n && ret_value->p[ret_value->n - 1] == '\n')
        ret_value->n--;
    return OK;
}

static size_t name_length(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

static enum status add_pair(struct parser *p, struct pair *list, size_t *n, const char *name, const char *text)
{
    if (*n == PAIRS_MAX)
        return fail(p->s, TOO_LARGE, "項目は %d 個までです", "at most %d fields", PAIRS_MAX);
    for (size_t i = 0; i < *n; i++)
        if (strcmp(list[i].name, name) == 0)
            return fail(p->s, INVALID, "項目 %s が2回あります", "field %s is there twice", name);
    list[*n].name = name;
    TRY(value_of(p->s, text, &list[*n].value));
    ++*n;
    return OK;
}

/* NAME=VALUE, RECORD.NAME=VALUE, or a word. */
static enum status take_plain(struct parser *p, const char *text)
{
    struct args *a = p->a;
    size_t n = name_length(text);

    if (n && text[n] == '=')
        return add_pair(p, a->pair, &a->pair_n, scope_print(p->s, "%.*s", (int)n, text), text + n + 1);
    size_t part = n && text[n] == '.' ? name_length(text + n + 1) : 0;
    if (part && text[n + 1 + part] == '=') {
        const char *of = scope_print(p->s, "%.*s", (int)n, text);
        if (a->nested_of && strcmp(a->nested_of, of) != 0)
            return fail(p->s, INVALID, "入れ子の項目は1種類だけです（%s）", "nested fields of one record only (%s)", a->nested_of);
        a->nested_of = of;
        return add_pair(p, a->nested, &a->nested_n, scope_print(p->s, "%.*s", (int)part, text + n + 1), text + n + part + 2);
    }
    if (a->word_n == WORDS_MAX)
        return fail(p->s, INVALID, "語が多すぎます", "too many words");
    a->word[a->word_n++] = text;
    return OK;
}

static enum status take_option(struct parser *p, const char *name, size_t n, const char *value, bool *ret_used)
{
    struct args *a = p->a;
    const struct {
        const char *name;
        bool *flag;
        const char **text;
    } options[] = {
        {"json", &a->is_json, NULL},   {"help", &a->is_help, NULL},     {"version", &a->is_version, NULL}, {"frozen", &a->is_frozen, NULL},
        {"csv", &a->is_csv, NULL},     {"full", &a->is_full, NULL},     {"policy", NULL, &a->policy},      {"key", NULL, &a->key},
        {"agency-keys", NULL, &a->agency_keys},
        {"config", NULL, &a->config},  {"file", NULL, &a->file},        {"as", NULL, &a->as},              {"id", NULL, &a->id},
        {"wait", NULL, &a->wait},      {"set", NULL, &a->set[a->set_n]}, {"out", NULL, &a->out},
        {"user", NULL, &a->user},      {"agency", NULL, &a->agency},
        {"role", NULL, &a->role},      {"token", NULL, &a->token},      {"code", NULL, &a->code},          {"qr", NULL, &a->qr},
        {"password-file", NULL, &a->password_file}, {"host", NULL, &a->host}, {"fingerprint", NULL, &a->fingerprint},
        {"origin-year", NULL, &a->origin_year}, {"reason", NULL, &a->reason},
        {"shares", NULL, &a->shares},  {"need", NULL, &a->need},        {"public", NULL, &a->public_key},  {"wraps", NULL, &a->wraps},
    };

    for (size_t i = 0; i < COUNT(options); i++) {
        if (strlen(options[i].name) != n || memcmp(options[i].name, name, n) != 0)
            continue;
        if (options[i].flag) {
            *options[i].flag = true;
            return name[n] == '=' ? fail(p->s, INVALID, "--%s に値は付きません", "--%s takes no value", options[i].name) : OK;
        }
        if (!value)
            return fail(p->s, INVALID, "--%s に値が要ります", "--%s needs a value", options[i].name);
        if (*options[i].text)
            return fail(p->s, INVALID, "--%s が2回あります", "--%s is there twice", options[i].name);
        *options[i].text = value;
        *ret_used = name[n] != '=';
        if (options[i].text == &a->set[a->set_n] && ++a->set_n == SETS_MAX)
            return fail(p->s, TOO_LARGE, "--set は %d 個までです", "fewer than %d --set only", SETS_MAX);
        return OK;
    }
    return fail(p->s, INVALID, "知らないオプションです: --%.*s", "unknown option: --%.*s", (int)n, name);
}

enum status args_parse(struct scope *s, int argc, char **argv, struct args *ret_args)
{
    struct parser p = {.s = s, .a = ret_args};
    bool is_over = false;

    *ret_args = (struct args){0};
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        if (is_over || text[0] != '-' || text[1] == '\0') {
            TRY(take_plain(&p, text));
        } else if (strcmp(text, "--") == 0) {
            is_over = true;
        } else if (strcmp(text, "-h") == 0) {
            ret_args->is_help = true;
        } else if (text[1] != '-') {
            return fail(s, INVALID, "知らないオプションです: %s", "unknown option: %s", text);
        } else {
            size_t n = strcspn(text + 2, "=");
            const char *value = text[2 + n] == '=' ? text + 3 + n : i + 1 < argc ? argv[i + 1] : NULL;
            bool used = false;
            TRY(take_option(&p, text + 2, n, value, &used));
            i += used;
        }
    }
    if (ret_args->is_json && ret_args->is_csv)
        return fail(s, INVALID, "--json と --csv は一緒に使えません", "--json and --csv exclude each other");
    return OK;
}

enum status args_actor(struct scope *s, const char *text, struct actor *ret_actor)
{
    struct actor a = {0};
    const char *colon = strrchr(text, ':'), *at = strrchr(text, '@');
    int role = colon ? words_find(words_role(), span_str(colon + 1)) : -1;

    if (at > colon)
        at = NULL;
    if (role < 0 || role == ROLE_SERVICE)
        return fail(s, INVALID, "--as は 利用者@機関:役割 です", "--as is user@agency:role");
    size_t n = (size_t)((at ? at : colon) - text);
    if (n == 0 || n >= USER_MAX || !span_is_utf8(span_of(text, n)))
        return fail(s, INVALID, "--as の利用者名が正しくありません", "the user of --as is not valid");
    memcpy(a.user, text, n);
    if (at && agency_parse(span_of(at + 1, (size_t)(colon - at) - 1), &a.agency) != OK)
        return fail(s, INVALID, "--as の機関コードが正しくありません（例 A056）", "the agency of --as is not a code such as A056");
    a.role = role;
    *ret_actor = a;
    return OK;
}
