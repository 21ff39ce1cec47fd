/* Names are met as often as in Japan: the first ten surnames are borne by one person in ten, most others by one in thousands,
 * and given names follow the time of birth. */
#include "base/status.h"
#include "people/population.h"

#include "names.def"

uint64_t seeded_next(struct seeded *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

size_t seeded_below(struct seeded *r, size_t n)
{
    return (size_t)(seeded_next(r) % n);
}

bool seeded_chance(struct seeded *r, double p)
{
    return (double)(seeded_next(r) >> 11) * 0x1p-53 < p;
}

#define PICK(r, table) ((table)[seeded_below((r), COUNT(table))])

static struct name_part joined(struct name_part a, struct name_part b)
{
    struct name_part both;

    snprintf(both.kanji, sizeof both.kanji, "%.9s%.9s", a.kanji, b.kanji);
    snprintf(both.kana, sizeof both.kana, "%.18s%.18s", a.kana, b.kana);
    return both;
}

/* The n-th most frequent surname is borne by about 12.2 ÷ (n + 7) persons in a hundred. */
struct name_part draw_family(struct seeded *r)
{
    double at = (double)(seeded_next(r) >> 11) * 0x1p-53 * 100, sum = 0;

    for (size_t i = 0; i < COUNT(FAMILIES); i++) {
        sum += 12.2 / (double)(i + 8);
        if (at < sum)
            return FAMILIES[i];
    }
    struct name_part first = PICK(r, FAMILY_FIRST); /* one after the other: arguments have no order */
    return joined(first, PICK(r, FAMILY_LAST));
}

/* Early parts of a table oftener than late ones. */
static size_t uneven(struct seeded *r, size_t n)
{
    size_t a = seeded_below(r, n), b = seeded_below(r, n);

    return a < b ? a : b;
}

#define UNEVEN(r, table) ((table)[uneven((r), COUNT(table))])

struct name_part draw_given(struct seeded *r, bool is_woman, int year)
{
    bool is_whole = seeded_chance(r, 0.35), is_old = year < 1958, is_young = year >= 1990;
    struct name_part last;

    if (is_whole && is_woman)
        return is_old ? UNEVEN(r, WOMAN_WHOLE_OLD) : is_young ? UNEVEN(r, WOMAN_WHOLE_YOUNG) : UNEVEN(r, WOMAN_WHOLE_MIDDLE);
    if (is_whole)
        return is_old ? UNEVEN(r, MAN_WHOLE_OLD) : is_young ? UNEVEN(r, MAN_WHOLE_YOUNG) : UNEVEN(r, MAN_WHOLE_MIDDLE);
    if (is_woman) {
        last = is_old ? UNEVEN(r, WOMAN_LAST_OLD) : is_young ? UNEVEN(r, WOMAN_LAST_YOUNG) : UNEVEN(r, WOMAN_LAST_MIDDLE);
        return joined(PICK(r, WOMAN_FIRST), last);
    }
    last = is_old ? UNEVEN(r, MAN_LAST_OLD) : is_young ? UNEVEN(r, MAN_LAST_YOUNG) : UNEVEN(r, MAN_LAST_MIDDLE);
    return joined(PICK(r, MAN_FIRST), last);
}

bool other_writing(struct seeded *r, struct name_part *name)
{
    size_t from = seeded_below(r, 64);

    for (size_t i = 0; i < 128; i++) {
        bool is_man = (i + from) % 2;
        size_t at = (i + from) / 2 % (is_man ? COUNT(MAN_FIRST) : COUNT(WOMAN_FIRST));
        const struct name_part *to = is_man ? &MAN_FIRST[at] : &WOMAN_FIRST[at];
        size_t n = strlen(to->kanji), kana = strlen(to->kana);
        if (strncmp(name->kana, to->kana, kana) != 0 || strlen(name->kanji) < 2 * n || strncmp(name->kanji, to->kanji, n) == 0)
            continue;
        memcpy(name->kanji, to->kanji, n); /* every part is one character of three bytes */
        return true;
    }
    return false;
}

void draw_romaji(struct seeded *r, bool is_woman, char romaji[NAME_SIZE], char kana[NAME_SIZE])
{
    static const char *const WORDS[][2] = {
        {"NGUYEN", "グエン"}, {"TRAN", "チャン"},     {"LE", "レ"},
        {"PHAM", "ファム"},   {"WANG", "ワン"},       {"LI", "リ"},
        {"ZHANG", "チャン"},  {"CHEN", "チェン"},     {"KIM", "キム"},
        {"PARK", "パク"},     {"GURUNG", "グルン"},   {"THAPA", "タパ"},
        {"RAI", "ライ"},      {"SANTOS", "サントス"}, {"REYES", "レイエス"},
        {"CRUZ", "クルス"},   {"SILVA", "シルバ"},    {"DE SOUZA", "デ ソウザ"},
    };
    static const char *const GIVEN[][2][2] = {
        {{"VAN ANH", "バン アイン"}, {"THI HOA", "ティ ホア"}},
        {{"MINH", "ミン"}, {"LINH", "リン"}},
        {{"WEI", "ウェイ"}, {"LI NA", "リ ナ"}},
        {{"JUN HO", "ジュン ホ"}, {"JI YEON", "ジ ヨン"}},
        {{"BISHAL", "ビシャル"}, {"SITA", "シタ"}},
        {{"MARK ANTHONY", "マーク アンソニー"}, {"MARIA CLARA", "マリア クララ"}},
        {{"LUCAS", "ルカス"}, {"ANA PAULA", "アナ パウラ"}},
        {{"DUC", "ドゥック"}, {"THI THU HA", "ティ トゥ ハ"}},
        {{"RAJ KUMAR", "ラジ クマール"}, {"ANITA", "アニタ"}},
        {{"JOSE", "ホセ"}, {"ROSE ANN", "ローズ アン"}},
    };
    size_t w = seeded_below(r, COUNT(WORDS)), g = seeded_below(r, COUNT(GIVEN));

    snprintf(romaji, NAME_SIZE, "%s %s", WORDS[w][0], GIVEN[g][is_woman][0]);
    snprintf(kana, NAME_SIZE, "%s %s", WORDS[w][1], GIVEN[g][is_woman][1]);
}

static const char *const TOWNS[] = {
    "あけぼの", "旭町",     "明原",     "あかね町", "泉町",       "今谷上町",   "永楽台", "大塚町", "柏",
    "柏の葉",   "加賀",     "花野井",   "北柏",     "豊四季",     "名戸ヶ谷",   "根戸",   "松葉町", "増尾",
    "増尾台",   "南柏",     "みどり台", "緑ヶ丘",   "豊住",       "東台本町",   "東上町", "光ヶ丘", "日立台",
    "藤心",     "布施",     "千代田",   "中央町",   "つくしが丘", "富里",       "十余二", "若柴",   "高田",
    "篠籠田",   "新富町",   "逆井",     "酒井根",   "桜台",       "しいの木台", "新柏",   "末広町", "関場町",
    "大島田",   "手賀の杜", "藤ケ谷",   "大津ケ丘", "塚崎",       "高柳",       "風早",
};

const char *town_name(size_t town)
{
    return TOWNS[town];
}

size_t town_count(void)
{
    return COUNT(TOWNS);
}
