/* A reading is compared as it sounds: however its long vowels, small kana and ヂ ヅ ヴ were written, the same sound gives the same
 * text, and names that differ in sound stay apart unless voicing itself is asked to be ignored. */
#include "internal.h"
#include "people/normal.h"

enum { KATAKANA_FIRST = 0x30a1, BREAK = ' ' };

/* Vowel of each katakana U+30A1–30FA; n of ン. */
static const char VOWEL[] = "aaiiuueeooaaiiuueeooaaiiuueeooaaiiuuueeooaiueoaaaiiiuuueeeoooaiueoaauuooaiueoaaieonuaeaieo";
_Static_assert(sizeof VOWEL - 1 == 0x30fa - KATAKANA_FIRST + 1, "one each");

static char vowel_of(uint32_t c)
{
    return rune_is_katakana(c) ? VOWEL[c - KATAKANA_FIRST] : 0;
}

/* ヴァ and ヷ are バ, ヴ alone is ブ; 0 when it is neither. Sets how many characters that were. */
static uint32_t from_v(const uint32_t *c, size_t n, size_t *ret_used)
{
    static const uint32_t SMALL[] = U"ァィェォ", LETTER[] = U"ヷヸヹヺ", B[] = U"バビベボ";

    *ret_used = 1;
    for (size_t i = 0; i < 4; i++) {
        if (c[0] == LETTER[i])
            return B[i];
        if (c[0] == U'ヴ' && n > 1 && c[1] == SMALL[i]) {
            *ret_used = 2;
            return B[i];
        }
    }
    return c[0] == U'ヴ' ? U'ブ' : 0;
}

/* How a vowel that only lengthens the one before it is written; 0 when it does not. */
static uint32_t lengthens(uint32_t c, char before)
{
    static const struct {
        char before;
        const uint32_t *vowels;
        uint32_t as;
    } LONG[] = {
        {'a', U"ア", U'ア'}, {'i', U"イ", U'イ'}, {'u', U"ウ", U'ウ'}, {'e', U"エイ", U'イ'}, {'o', U"オウ", U'ウ'},
    };

    for (size_t i = 0; i < COUNT(LONG); i++) {
        if (LONG[i].before != before)
            continue;
        if (rune_is_dash(c))
            return LONG[i].as;
        for (const uint32_t *v = LONG[i].vowels; *v; v++)
            if (*v == c)
                return LONG[i].as;
    }
    return 0;
}

static uint32_t unvoiced(uint32_t c)
{
    if (c >= U'ハ' && c <= U'ポ')
        return c - (c - U'ハ') % 3;
    if (c >= U'カ' && c <= U'ヂ')
        return c - (c - U'カ') % 2;
    return c == U'ヅ' || c == U'デ' || c == U'ド' ? c - 1 : c;
}

/* The sound of characters without breaks, appended. */
static void sound(const uint32_t *c, size_t n, bool is_loose, struct runes *to)
{
    char before = 0;
    size_t used;

    for (size_t i = 0; i < n; i += used) {
        uint32_t now = from_v(c + i, n - i, &used);
        now = now ? now : rune_large(c[i]);
        uint32_t as = lengthens(now, before);
        if (as) {
            if (!is_loose)
                runes_put(to, as);
            continue; /* what follows still lengthens the same vowel */
        }
        if (rune_is_dash(now))
            continue;
        before = vowel_of(now);
        runes_put(to, is_loose ? unvoiced(now) : now);
    }
}

/* Kana and breaks only; runs of breaks become one, none at the ends. */
static enum status read_kana(struct span text, struct runes *ret_kana)
{
    struct runes raw;

    TRY(runes_read(text, &raw));
    ret_kana->n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        uint32_t c = raw.c[i];
        bool is_dash = rune_is_dash(c);
        if (rune_is_break(c)) {
            if (ret_kana->n && ret_kana->c[ret_kana->n - 1] != BREAK)
                runes_put(ret_kana, BREAK);
        } else if (rune_is_katakana(c) || (is_dash && ret_kana->n)) {
            runes_put(ret_kana, c);
        } else {
            return INVALID;
        }
    }
    if (ret_kana->n && ret_kana->c[ret_kana->n - 1] == BREAK)
        ret_kana->n--;
    return ret_kana->n ? OK : INVALID;
}

/* Takes the breaks out; where the first was. */
static size_t close_up(struct runes *r)
{
    size_t first = r->n, n = 0;

    for (size_t i = 0; i < r->n; i++) {
        if (r->c[i] != BREAK)
            r->c[n++] = r->c[i];
        else if (first == r->n)
            first = i;
    }
    bool is_whole = first == r->n;
    r->n = n;
    return is_whole ? n : first;
}

static enum status sound_text(struct scope *s, const uint32_t *c, size_t n, bool is_loose, struct span *ret_text)
{
    struct runes heard = {.n = 0};

    sound(c, n, is_loose, &heard);
    return heard.n ? runes_text(s, heard.c, heard.n, ret_text) : INVALID;
}

enum status people_fold_kana(struct scope *s, struct span text, struct folded_name *ret_kana)
{
    struct folded_name name = {0};
    struct runes kana;

    TRY(read_kana(text, &kana));
    size_t family = close_up(&kana);
    TRY(sound_text(s, kana.c, kana.n, false, &name.all));
    if (family < kana.n) {
        TRY(sound_text(s, kana.c, family, false, &name.family));
        TRY(sound_text(s, kana.c + family, kana.n - family, false, &name.given));
    }
    *ret_kana = name;
    return OK;
}

enum status people_fold_sound(struct scope *s, struct span text, struct span *ret_sound)
{
    struct runes kana;

    TRY(read_kana(text, &kana));
    (void)close_up(&kana);
    return sound_text(s, kana.c, kana.n, true, ret_sound);
}
