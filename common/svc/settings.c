/* One table of keys, one file for all processes. A key nobody knows stops the start and says where it stands, because a misspelt
 * limit that is silently ignored is worse than no start. */
#include "svc/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES = 4096, KEYS_MOST = 64 };

struct setting {
    const char *key, *def, *prose;
    size_t offset;
    bool is_number;
    int64_t least, most;
};

#define TEXT_KEY(field, key, def, prose) {key, def, prose, offsetof(struct settings, field), false, 0, 0},
#define NUM_KEY(field, key, def, least, most, prose) {key, #def, prose, offsetof(struct settings, field), true, least, most},
static const struct setting TABLE[] = {
#include "svc/settings.def"
};
#undef TEXT_KEY
#undef NUM_KEY

_Static_assert(COUNT(TABLE) <= KEYS_MOST, "seen[] must hold a flag per key");

/* Where a value came from, for the reason. */
struct place {
    const char *file;
    int line;
};

static const struct setting *find(const char *key, size_t n)
{
    for (size_t i = 0; i < COUNT(TABLE); i++)
        if (strlen(TABLE[i].key) == n && memcmp(TABLE[i].key, key, n) == 0)
            return &TABLE[i];
    return NULL;
}

static enum status put(struct scope *s, struct settings *cfg, const struct setting *k, const char *value, struct place at)
{
    char *end;

    if (!k->is_number) {
        struct span kept;
        if (k->offset == offsetof(struct settings, state) && !*value)
            return fail(s, INVALID, "%s:%d: %s が空です", "%s:%d: %s is empty", at.file, at.line, k->key);
        TRY(scope_copy(s, span_str(value), &kept));
        *(const char **)((char *)cfg + k->offset) = (const char *)kept.p;
        return OK;
    }
    errno = 0;
    long long n = strtoll(value, &end, 10);
    if (errno || end == value || *end || n < k->least || n > k->most)
        return fail(s, INVALID, "%s:%d: %s は %lld 以上 %lld 以下の整数です", "%s:%d: %s must be a whole number from %lld to %lld",
                    at.file, at.line, k->key, (long long)k->least, (long long)k->most);
    *(int64_t *)((char *)cfg + k->offset) = n;
    return OK;
}

/* "key = value" without its surrounding blanks; key_n 0 = an empty or comment line. */
static void cut(char *line, char **ret_key, size_t *ret_key_n, char **ret_value)
{
    size_t n = strlen(line);

    while (n && isspace((unsigned char)line[n - 1]))
        line[--n] = 0;
    while (isspace((unsigned char)*line))
        line++;
    *ret_key = line;
    *ret_key_n = *line == '#' ? 0 : strcspn(line, " \t=");
    char *eq = line + *ret_key_n + strspn(line + *ret_key_n, " \t");
    *ret_value = *eq == '=' ? eq + 1 + strspn(eq + 1, " \t") : NULL;
}

static enum status read_file(struct scope *s, const char *path, struct settings *cfg)
{
    char line[LINE_BYTES], *key, *value;
    bool seen[KEYS_MOST] = {false};
    struct place at = {.file = path};
    size_t key_n;
    enum status st = OK;
    FILE *f = fopen(path, "re");

    if (!f)
        return fail(s, NOT_FOUND, "設定ファイル %s を開けません", "cannot open the settings file %s", path);
    while (st == OK && fgets(line, sizeof line, f)) {
        at.line++;
        cut(line, &key, &key_n, &value);
        if (!key_n && !value)
            continue;
        const struct setting *k = find(key, key_n);
        if (!k)
            st = fail(s, INVALID, "%s:%d: 知らない設定です: %.*s", "%s:%d: unknown setting: %.*s", path, at.line, (int)key_n, key);
        else if (!value)
            st = fail(s, INVALID, "%s:%d: 「キー = 値」ではありません", "%s:%d: not `key = value`", path, at.line);
        else if (seen[k - TABLE])
            st = fail(s, INVALID, "%s:%d: 二度書かれています: %s", "%s:%d: set twice: %s", path, at.line, k->key);
        else
            st = put(s, cfg, k, value, at);
        if (k)
            seen[k - TABLE] = true;
    }
    fclose(f);
    return st;
}

static enum status read_environment(struct scope *s, struct settings *cfg)
{
    for (size_t i = 0; i < COUNT(TABLE); i++) {
        char name[80] = "KASHIMARU_";
        size_t n = strlen(name);
        for (const char *c = TABLE[i].key; *c && n < sizeof name - 1; c++)
            name[n++] = *c == '.' ? '_' : (char)toupper((unsigned char)*c);
        name[n] = 0;
        const char *value = getenv(name);
        if (value)
            TRY(put(s, cfg, &TABLE[i], value, (struct place){.file = name}));
    }
    return OK;
}

static enum status read_overrides(struct scope *s, const char *const *overrides, struct settings *cfg)
{
    for (; overrides && *overrides; overrides++) {
        size_t n = strcspn(*overrides, "=");
        const struct setting *k = find(*overrides, n);
        if (!k || (*overrides)[n] != '=')
            return fail(s, INVALID, "知らない設定です: %.*s", "unknown setting: %.*s", (int)n, *overrides);
        TRY(put(s, cfg, k, *overrides + n + 1, (struct place){.file = "--set"}));
    }
    return OK;
}

/* "@" stands for the state folder where a text begins a path with it: at its start, behind "=" and behind "://". */
static bool is_place(const char *text, const char *at)
{
    bool begins = at == text || at[-1] == '=' || (at - text >= 3 && memcmp(at - 3, "://", 3) == 0);

    return begins && (at[1] == 0 || at[1] == '/' || at[1] == ' ');
}

static void place_state(struct scope *s, struct settings *cfg)
{
    for (size_t i = 0; i < COUNT(TABLE); i++) {
        const char **text = (const char **)((char *)cfg + TABLE[i].offset);
        const char *at = TABLE[i].is_number || text == &cfg->state ? NULL : strchr(*text, '@');
        if (at && is_place(*text, at))
            *text = scope_print(s, "%.*s%s%s", (int)(at - *text), *text, cfg->state, at + 1);
    }
}

enum status settings_load(struct scope *s, const char *path, const char *const *overrides, struct settings *ret_settings)
{
    struct settings cfg;

    for (size_t i = 0; i < COUNT(TABLE); i++)
        TRY(put(s, &cfg, &TABLE[i], TABLE[i].def, (struct place){.file = "default"}));
    if (path)
        TRY(read_file(s, path, &cfg));
    TRY(read_environment(s, &cfg));
    TRY(read_overrides(s, overrides, &cfg));
    place_state(s, &cfg);
    *ret_settings = cfg;
    return OK;
}

const char *settings_print(struct scope *s, const struct settings *cfg)
{
    const char *out = "";

    for (size_t i = 0; i < COUNT(TABLE); i++) {
        const void *at = (const char *)cfg + TABLE[i].offset;
        out = TABLE[i].is_number
                  ? scope_print(s, "%s# %s\n%s = %lld\n", out, TABLE[i].prose, TABLE[i].key, (long long)*(const int64_t *)at)
                  : scope_print(s, "%s# %s\n%s = %s\n", out, TABLE[i].prose, TABLE[i].key, *(const char *const *)at);
    }
    return out;
}
