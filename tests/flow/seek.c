/* Looks for words in files byte by byte, whatever they wear: other encodings, escapes, digits. What it prints names the file, the dress
 * and the number of the word, never the word.
 *   seek WORDS PATH…     each line of WORDS: "t WORD" a word in UTF-8 · "r HEX" bytes, such as those of a key
 * Bytes are looked for as they are, in hex and in base64; a word is looked for in all of it. What is short and nothing but hex digits, such as a
 * date, stands by chance in the middle of ids and sealed records, and counts only at their ends and by itself. Exit code 0: all was read. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NUMBER_LESS = 9, NEEDLES_MAX = 16384, LINE_BYTES = 4096, DRESS_MAX = 6 * LINE_BYTES, LEAST = 6, CHUNK = 1 << 20, STARTS = 1 << 16, NONE = -1 };

struct needle {
    uint8_t *p;
    size_t n;
    int word, next; /* next: another that starts with the same two bytes */
    const char *dress;
    bool is_seen; /* in the file being read */
    bool is_number;
};

struct seeker {
    struct needle needles[NEEDLES_MAX];
    int n, starts[STARTS];
    size_t longest;
    uint8_t buffer[CHUNK + DRESS_MAX];
};

static void die(const char *what)
{
    fprintf(stderr, "seek: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- dresses -------------------------------------------------------------- */

static int start_of(const uint8_t *p)
{
    return p[0] | p[1] << 8;
}

static bool is_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_number(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_hex(p[i]))
            return false;
    return n < NUMBER_LESS;
}

/* One dress of a word; one that looks like an earlier one of it, or is too short to mean anything, is left out. */
static void add(struct seeker *s, int word, const char *dress, const uint8_t *p, size_t n)
{
    struct needle *x = &s->needles[s->n];

    if (n < LEAST)
        return;
    for (int i = s->n - 1; i >= 0 && s->needles[i].word == word; i--)
        if (s->needles[i].n == n && memcmp(s->needles[i].p, p, n) == 0)
            return;
    if (s->n == NEEDLES_MAX || n > DRESS_MAX || !(x->p = malloc(n))) {
        errno = ENOMEM;
        die(dress);
    }
    memcpy(x->p, p, n);
    x->n = n;
    x->word = word;
    x->dress = dress;
    x->is_number = is_number(p, n);
    x->next = s->starts[start_of(p)];
    s->starts[start_of(p)] = s->n++;
    s->longest = n > s->longest ? n : s->longest;
}

/* Each byte by a format, such as "%02x". */
static void add_bytes(struct seeker *s, int word, const char *dress, const char *sign, const char *digits, const uint8_t *p, size_t n)
{
    uint8_t to[DRESS_MAX], *at = to;

    for (size_t i = 0; i < n; i++) {
        at = mempcpy(at, sign, strlen(sign));
        *at++ = (uint8_t)digits[p[i] >> 4];
        *at++ = (uint8_t)digits[p[i] & 15];
    }
    add(s, word, dress, to, (size_t)(at - to));
}

/* As it stands in the middle of something longer: after 0, 1 or 2 bytes of a group, without what its neighbours decide on. */
static void add_base64(struct seeker *s, int word, const char *dress, const char *alphabet, const uint8_t *p, size_t n, size_t before)
{
    uint8_t to[DRESS_MAX];
    size_t first = (before * 8 + 5) / 6, end = (before + n) * 8 / 6, len = 0;

    for (size_t i = first; i < end; i++) {
        unsigned six = 0;
        for (size_t bit = i * 6 - before * 8; bit < i * 6 - before * 8 + 6; bit++)
            six = six << 1 | (p[bit / 8] >> (7 - bit % 8) & 1);
        to[len++] = (uint8_t)alphabet[six];
    }
    add(s, word, dress, to, len);
}

static void add_raw(struct seeker *s, int word, const uint8_t *p, size_t n)
{
    static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    static const char *const NAMES[] = {"base64 at 0", "base64 at 1", "base64 at 2"};

    add(s, word, "as it is", p, n);
    add_bytes(s, word, "hex", "", "0123456789abcdef", p, n);
    add_bytes(s, word, "HEX", "", "0123456789ABCDEF", p, n);
    for (size_t before = 0; before < 3; before++) {
        add_base64(s, word, NAMES[before], PLAIN, p, n, before);
        add_base64(s, word, NAMES[before], URL, p, n, before);
    }
}

/* In another encoding; a word it cannot say, or a machine that does not know it, has no such dress. */
static size_t recode(const char *encoding, const uint8_t *p, size_t n, uint8_t to[DRESS_MAX])
{
    iconv_t how = iconv_open(encoding, "UTF-8");
    char *in = (char *)(uintptr_t)p, *out = (char *)to;
    size_t left = DRESS_MAX;

    if (how == (iconv_t)-1)
        return 0;
    bool is_done = iconv(how, &in, &n, &out, &left) != (size_t)-1 && n == 0;
    iconv_close(how);
    return is_done ? DRESS_MAX - left : 0;
}

static bool is_unreserved(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c && strchr("-._~", c));
}

static void add_uri(struct seeker *s, int word, const uint8_t *p, size_t n)
{
    uint8_t to[DRESS_MAX], *at = to;

    for (size_t i = 0; i < n; i++) {
        if (!is_unreserved(p[i]))
            *at++ = '%';
        *at++ = is_unreserved(p[i]) ? p[i] : (uint8_t)"0123456789ABCDEF"[p[i] >> 4];
        if (!is_unreserved(p[i]))
            *at++ = (uint8_t)"0123456789ABCDEF"[p[i] & 15];
    }
    add(s, word, "URI", to, (size_t)(at - to));
    add_bytes(s, word, "percent", "%", "0123456789ABCDEF", p, n);
    add_bytes(s, word, "percent, small", "%", "0123456789abcdef", p, n);
}

/* Every character escaped, as careful writers of JSON do, and only those outside of ASCII, as most do. */
static void add_json(struct seeker *s, int word, const uint8_t *utf16be, size_t n)
{
    static const char *const DIGITS[] = {"0123456789abcdef", "0123456789ABCDEF"};

    for (int way = 0; way < 4; way++) {
        uint8_t to[DRESS_MAX], *at = to;
        for (size_t i = 0; i + 1 < n; i += 2) {
            const char *d = DIGITS[way & 1];
            if (way >= 2 && utf16be[i] == 0 && utf16be[i + 1] < 0x80) {
                *at++ = utf16be[i + 1];
                continue;
            }
            at = mempcpy(at, "\\u", 2);
            for (size_t k = i; k < i + 2; k++) {
                *at++ = (uint8_t)d[utf16be[k] >> 4];
                *at++ = (uint8_t)d[utf16be[k] & 15];
            }
        }
        add(s, word, way < 2 ? "JSON, all" : "JSON", to, (size_t)(at - to));
    }
}

static void add_word(struct seeker *s, int word, const uint8_t *p, size_t n)
{
    static const char *const ENCODINGS[] = {"UTF-16LE", "UTF-16BE", "SHIFT_JIS", "EUC-JP"};
    uint8_t to[DRESS_MAX];

    add_raw(s, word, p, n);
    add_uri(s, word, p, n);
    for (size_t i = 0; i < sizeof ENCODINGS / sizeof *ENCODINGS; i++)
        add(s, word, ENCODINGS[i], to, recode(ENCODINGS[i], p, n, to));
    add_json(s, word, to, recode("UTF-16BE", p, n, to));
}

static int digit(char c)
{
    const char *at = c ? strchr("0123456789abcdef", c) : NULL;

    return at ? (int)(at - "0123456789abcdef") : NONE;
}

static void add_line(struct seeker *s, int word, char *line, size_t n)
{
    uint8_t raw[LINE_BYTES];

    if (n < 2 + LEAST || n >= LINE_BYTES || line[1] != ' ' || (line[0] != 't' && line[0] != 'r')) {
        errno = EINVAL;
        die("a word");
    }
    if (line[0] == 't') {
        add_word(s, word, (const uint8_t *)line + 2, n - 2);
        return;
    }
    for (size_t i = 2; i + 1 < n; i += 2) {
        if (digit(line[i]) == NONE || digit(line[i + 1]) == NONE) {
            errno = EINVAL;
            die("a key");
        }
        raw[i / 2 - 1] = (uint8_t)(digit(line[i]) << 4 | digit(line[i + 1]));
    }
    add_raw(s, word, raw, (n - 2) / 2);
}

/* ---- files ---------------------------------------------------------------- */

static void look(struct seeker *s, const char *path, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++)
        for (int k = s->starts[start_of(s->buffer + i)]; k != NONE; k = s->needles[k].next) {
            struct needle *x = &s->needles[k];
            if (x->is_seen || x->n > n - i || memcmp(x->p, s->buffer + i, x->n) != 0)
                continue;
            if (x->is_number && i > 0 && is_hex(s->buffer[i - 1]) && i + x->n < n && is_hex(s->buffer[i + x->n]))
                continue;
            x->is_seen = true;
            printf("%s: %s: %d\n", path, x->dress, x->word);
        }
}

/* A file that went away meanwhile kept nothing; what is cut by the end of a piece is whole in the next. */
static void read_file(struct seeker *s, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    size_t kept = 0;
    ssize_t got;

    if (fd < 0 && errno == ENOENT)
        return;
    if (fd < 0)
        die(path);
    for (int i = 0; i < s->n; i++)
        s->needles[i].is_seen = false;
    while ((got = read(fd, s->buffer + kept, CHUNK)) > 0) {
        size_t n = kept + (size_t)got;
        look(s, path, n);
        kept = n < s->longest - 1 ? n : s->longest - 1;
        memmove(s->buffer, s->buffer + n - kept, kept);
    }
    if (got < 0)
        die(path);
    close(fd);
}

int main(int argc, char **argv)
{
    struct seeker *s = calloc(1, sizeof *s);
    char line[LINE_BYTES];

    if (!s || argc < 3)
        return 64;
    FILE *words = fopen(argv[1], "re");
    if (!words)
        die(argv[1]);
    for (int i = 0; i < STARTS; i++)
        s->starts[i] = NONE;
    for (int word = 1; fgets(line, sizeof line, words); word++)
        add_line(s, word, line, strcspn(line, "\n"));
    fclose(words);
    FTS *walk = s->n ? fts_open(argv + 2, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    if (!walk)
        die("nothing to look for, or nowhere");
    for (FTSENT *e; (e = fts_read(walk)) != NULL;) {
        if (e->fts_info == FTS_F)
            read_file(s, e->fts_accpath);
        else if ((e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS) && e->fts_errno != ENOENT) {
            errno = e->fts_errno;
            die(e->fts_path);
        }
    }
    fts_close(walk);
    for (int i = 0; i < s->n; i++)
        free(s->needles[i].p);
    free(s);
    return 0;
}
