/* A record is written by somebody with habits: dates by era or not, kana of either kind, telephones with or without hyphens.
 * These are no errors. What is asked for as an error is made as such errors are made at a desk. */
#include <string.h>

#include "base/clock.h"
#include "base/status.h"
#include "people/population.h"

/* Replaces the first `from` at or after *at in a text of `size` bytes; false when there is none or no room. */
static bool replace(char *text, size_t size, const char *from, const char *to)
{
    char *at = strstr(text, from);
    size_t n = strlen(from), m = strlen(to);

    if (!at || strlen(text) - n + m >= size)
        return false;
    memmove(at + m, at + n, strlen(at + n) + 1);
    memcpy(at, to, m);
    return true;
}

typedef const char *const swap[2];

/* Tries the replacements in a seeded order until one fits. */
static bool replace_any(struct seeded *r, char *text, size_t size, swap *list, size_t n)
{
    size_t from = seeded_below(r, n);

    for (size_t i = 0; i < n; i++)
        if (replace(text, size, list[(from + i) % n][0], list[(from + i) % n][1]))
            return true;
    return false;
}

static bool spoil_kana(struct seeded *r, char *kana)
{
    static swap SOUND[] = {{"ザキ", "サキ"}, {"ジマ", "シマ"}, {"ダ ", "タ "},   {"ガワ", "カワ"},
                           {"ザワ", "サワ"}, {"オオ", "オ"},   {"ウ ", " "},     {"コウ", "コオ"},
                           {"ユウ", "ユー"}, {"ロウ", "ロー"}, {"ヅ", "ズ"},     {"バヤ", "ハヤ"},
                           {"シタ", "ジタ"}, {"ケイ", "ケー"}, {"ジュ", "ジユ"}, {"リョ", "リヨ"}};
    static swap WRONG[] = {{"カ", "ヤ"}, {"シ", "ツ"}, {"ソ", "ン"}, {"ミ", "ヨ"},
                           {"タ", "ク"}, {"マ", "ア"}, {"ノ", "メ"}, {"ユ", "コ"}};

    if (seeded_chance(r, 0.75) && replace_any(r, kana, NAME_SIZE, SOUND, COUNT(SOUND)))
        return true;
    return replace_any(r, kana, NAME_SIZE, WRONG, COUNT(WRONG));
}

static bool make_old(struct seeded *r, char *name)
{
    static swap OLD[] = {
        {"渡辺", "渡邊"},  {"渡辺", "渡邉"}, {"斎藤", "齋藤"}, {"斎藤", "斉藤"},  {"斎藤", "齊藤"},  {"高", "髙"},
        {"崎", "﨑"},      {"崎", "嵜"},     {"沢", "澤"},     {"浜", "濱"},      {"広", "廣"},      {"島", "嶋"},
        {"桜", "櫻"},      {"国", "國"},     {"吉", "𠮷"},     {"富", "冨"},      {"柳", "栁"},      {"恵", "惠"},
        {"真", "眞"},      {"竜", "龍"},     {"桑", "桒"},     {"学", "學"},      {"実", "實"},      {"滝", "瀧"},
        {"辺", "邉󠄄"}, {"塚", "塚"},     {"福", "福"},     {"神", "神"},      {"都", "都"},      {"辻", "辻󠄀"},
        {"亜", "亞"},      {"塩", "鹽"},     {"豊", "豐"},     {"桂", "桂󠄀"}, {"静", "靜"},      {"寿", "壽"},
        {"礼", "禮"},      {"竹", "⽵"},     {"万", "萬"},     {"節", "節"},      {"井", "井󠄂"}, {"藤", "藤󠄁"},
        {"田", "田󠄀"},
    };

    return replace_any(r, name, NAME_SIZE, OLD, COUNT(OLD));
}

/* A date a slip of the hand away that exists too. */
static bool spoil_date(struct seeded *r, struct person *p)
{
    for (int tries = 0; tries < 20; tries++) {
        int y = p->year, m = p->month, d = p->day, how = (int)seeded_below(r, 6);
        if (how <= 1) {
            m = p->day;
            d = p->month;
        } else if (how == 2) {
            d = d % 10 * 10 + d / 10;
        } else if (how == 3) {
            y = y / 100 * 100 + y % 10 * 10 + y / 10 % 10;
        } else if (how == 4) {
            d += seeded_chance(r, 0.5) ? 1 : 10;
        } else {
            y += seeded_chance(r, 0.5) ? 1 : -1;
        }
        if ((y == p->year && m == p->month && d == p->day) || !date_is_valid((struct date){y, m, d}) || y > 2026 || y < 1927)
            continue;
        p->year = y;
        p->month = m;
        p->day = d;
        return true;
    }
    return false;
}

static void write_date(struct seeded *r, const struct person *p, bool no_day, char *to)
{
    struct date d = {p->year, p->month, p->day};
    bool is_reiwa = date_days(d) >= date_days((struct date){2019, 5, 1}),
         is_heisei = date_days(d) >= date_days((struct date){1989, 1, 8});
    bool is_showa = date_days(d) >= date_days((struct date){1926, 12, 25});
    int from = is_reiwa ? 2018 : is_heisei ? 1988 : is_showa ? 1925 : 1911, era = p->year - from;
    const char *name = is_reiwa ? "令和" : is_heisei ? "平成" : is_showa ? "昭和" : "大正";
    char letter = is_reiwa ? 'R' : is_heisei ? 'H' : is_showa ? 'S' : 'T';
    char year[16];

    snprintf(year, sizeof year, "%d", era);
    switch (seeded_below(r, 5)) {
    case 0:
        snprintf(to, TEXT_SIZE, no_day ? "%s%s年%d月" : "%s%s年%d月%d日", name, era == 1 ? "元" : year, p->month, p->day);
        break;
    case 1: snprintf(to, TEXT_SIZE, no_day ? "%c%d.%d" : "%c%d.%d.%d", letter, era, p->month, p->day); break;
    case 2: snprintf(to, TEXT_SIZE, no_day ? "%d/%02d/00" : "%d/%02d/%02d", p->year, p->month, p->day); break;
    default: snprintf(to, TEXT_SIZE, no_day ? "%d-%02d" : "%d-%02d-%02d", p->year, p->month, p->day);
    }
}

static void write_places(struct seeded *r, const struct person *p, struct made_record *to)
{
    size_t area = strncmp(p->phone, "047", 3) == 0 ? 2 : 3;
    const char *town = town_name(p->town);

    if (seeded_chance(r, 0.3))
        snprintf(to->phone, TEXT_SIZE, "%s", p->phone);
    else if (seeded_chance(r, 0.7))
        snprintf(to->phone, TEXT_SIZE, "%.*s-%.4s-%s", (int)area, p->phone, p->phone + area, p->phone + area + 4);
    else
        snprintf(to->phone, TEXT_SIZE, "+81 %.*s(%.4s)%s", (int)area - 1, p->phone + 1, p->phone + area, p->phone + area + 4);
    switch (seeded_below(r, 3)) {
    case 0: snprintf(to->address, TEXT_SIZE, "千葉県柏市%s%d丁目%d番%d号", town, p->block, p->house, 1 + p->house % 9); break;
    case 1: snprintf(to->address, TEXT_SIZE, "柏市%s%d-%d-%d", town, p->block, p->house, 1 + p->house % 9); break;
    default: snprintf(to->address, TEXT_SIZE, "%s%d－%d－%d", town, p->block, p->house, 1 + p->house % 9);
    }
}

static void hiragana(char *text)
{
    for (uint8_t *p = (uint8_t *)text; *p; p++)
        if (p[0] == 0xe3 && (p[1] == 0x82 || p[1] == 0x83) && p[2]) {
            unsigned c = 0x3000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
            if (c >= 0x30a1 && c <= 0x30f3) {
                c -= 0x60;
                p[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
                p[2] = (uint8_t)(0x80 | (c & 0x3f));
            }
            p += 2;
        }
}

static void write_name(struct seeded *r, const struct person *p, uint32_t errors, struct made_record *to)
{
    const char *between = errors & 1u << ERROR_SPACE ? "" : seeded_chance(r, 0.5) ? " " : "　";
    bool by_alias = errors & 1u << ERROR_ALIAS;
    const struct name_part *family = by_alias ? &p->alias_family : &p->family, *given = by_alias ? &p->alias_given : &p->given;

    if (p->romaji[0] && !by_alias) {
        snprintf(to->name, NAME_SIZE, "%s", p->romaji);
        snprintf(to->kana, NAME_SIZE, "%s", p->romaji_kana);
    } else {
        snprintf(to->name, NAME_SIZE, "%s%s%s", family->kanji, between, given->kanji);
        snprintf(to->kana, NAME_SIZE, "%s%s%s", family->kana, *between ? " " : "", given->kana);
    }
    if (p->has_alias && !by_alias && seeded_chance(r, 0.7)) {
        snprintf(to->alias, NAME_SIZE, "%s　%s", p->alias_family.kanji, p->alias_given.kanji);
        snprintf(to->alias_kana, NAME_SIZE, "%s %s", p->alias_family.kana, p->alias_given.kana);
    }
}

/* Married: today's surname is another; the record may say which it was, or the register of the other may. */
static bool marry(struct seeded *r, struct person *p, char *former)
{
    struct name_part now = p->maiden.kanji[0] ? p->maiden : draw_family(r);

    if (p->romaji[0] || p->year > 2004)
        return false;
    if (seeded_chance(r, 0.4))
        snprintf(former, NAME_SIZE, "%s", p->family.kanji);
    p->family = now;
    return true;
}

/* The errors that concern the person before it is written down. */
static uint32_t change(struct seeded *r, struct person *p, uint32_t errors, char *former)
{
    if (errors & 1u << ERROR_DATE && !spoil_date(r, p))
        errors &= ~(1u << ERROR_DATE);
    if (errors & 1u << ERROR_SURNAME && !marry(r, p, former))
        errors &= ~(1u << ERROR_SURNAME);
    if (errors & 1u << ERROR_KANJI && (p->romaji[0] || !other_writing(r, &p->given)))
        errors &= ~(1u << ERROR_KANJI);
    if (errors & 1u << ERROR_ALIAS && !p->has_alias)
        errors &= ~(1u << ERROR_ALIAS);
    if (errors & 1u << ERROR_MOVED) {
        p->town = seeded_below(r, town_count());
        p->block = 1 + (int)seeded_below(r, 7);
    }
    if (errors & 1u << ERROR_PHONE || (errors & 1u << ERROR_MOVED && seeded_chance(r, 0.4)))
        snprintf(p->phone, sizeof p->phone, "090%08zu", 10000000 + seeded_below(r, 90000000));
    return errors;
}

void record_write(struct seeded *rnd, const struct person *person, uint32_t number, uint32_t errors, struct made_record *r)
{
    struct person p = *person;

    *r = (struct made_record){.person = number};
    errors = change(rnd, &p, errors, r->former);
    write_name(rnd, &p, errors, r);
    write_date(rnd, &p, errors & 1u << ERROR_DAY, r->birth);
    write_places(rnd, &p, r);
    if (errors & 1u << ERROR_KANA && !spoil_kana(rnd, r->kana))
        errors &= ~(1u << ERROR_KANA);
    if (errors & 1u << ERROR_OLD && !make_old(rnd, r->name))
        errors &= ~(1u << ERROR_OLD);
    if (seeded_chance(rnd, 0.5))
        hiragana(r->kana);
    char *const fields[] = {r->phone, r->kana, r->address, r->birth};
    static const double USUALLY_EMPTY[] = {0.12, 0.04, 0.03, 0.02};
    for (size_t i = 0; i < COUNT(fields); i++)
        if (seeded_chance(rnd, USUALLY_EMPTY[i]))
            fields[i][0] = '\0';
    for (size_t i = 0; errors & 1u << ERROR_MISSING && i < 2; i++)
        fields[seeded_below(rnd, COUNT(fields))][0] = '\0';
    r->errors = errors;
}
