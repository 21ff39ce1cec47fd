/* The rules and the weights of their parts stand here and nowhere else; whoever compares people, explains a score or stores an
 * index reads these rows. */
#include "people/rule.h"

#include "base/status.h"

#define BIT(part) (1u << (part))

/* A name's evidence is how rare it is to meet it twice: a Japanese surname and given name together about once in 100,000
 * records, a given name once in 350 by reading and once in 1,500 as written. A date of birth is one of some 25,000 days, but
 * twins and the parent whose telephone is given share theirs: those parts count fully and name nobody. What differs counts
 * against by how rarely it differs in records of one person. */
static const struct people_part_row PARTS[PART_N] = {
    [PART_NAME] = {GROUP_NAME, BIT(PART_GIVEN), BIT(PART_SOUND) | BIT(PART_GIVEN_KANA), 170, -30, true,
                   "氏名（漢字・ローマ字）が同じ", "the written name is the same", "氏名の表記が異なる",
                   "the written names differ"},
    [PART_KANA] = {GROUP_NAME, BIT(PART_SOUND) | BIT(PART_HEAD) | BIT(PART_GIVEN_KANA), BIT(PART_GIVEN), 165, -20, true,
                   "氏名のかなが同じ", "the reading of the name is the same", "氏名のかなが異なる",
                   "the readings of the names differ"},
    [PART_SOUND] = {GROUP_NAME, BIT(PART_HEAD), BIT(PART_GIVEN_KANA), 155, -20, true, "氏名のかなが清濁・長音のほか同じ",
                    "the reading is the same but for voicing and long vowels", "氏名の音が異なる", "the names sound different"},
    [PART_GIVEN] = {GROUP_NAME, 0, 0, 100, -50, true, "名（漢字）が同じ", "the written given name is the same",
                    "名の漢字が異なる", "the written given names differ"},
    [PART_GIVEN_KANA] = {GROUP_NAME, 0, 0, 80, -60, true, "名のかなが同じ", "the reading of the given name is the same",
                         "名のかなが異なる", "the readings of the given names differ"},
    [PART_HEAD] = {GROUP_NAME, 0, 0, 40, 0, false, "かなの先頭2字が同じ", "the first two kana are the same",
                   "かなの先頭2字が異なる", "the first two kana differ"},
    [PART_BIRTH] = {GROUP_BIRTH, BIT(PART_DIGITS) | BIT(PART_YEAR_DAY) | BIT(PART_MONTH_DAY) | BIT(PART_MONTH), 0, 140, -60,
                    false, "生年月日が同じ", "the birth date is the same", "生年月日が異なる", "the birth dates differ"},
    [PART_DIGITS] = {GROUP_BIRTH, 0, 0, 120, 0, false, "生年月日の数字が並びのほか同じ",
                     "the birth date has the same digits in another order", "生年月日の数字が異なる",
                     "the birth dates have other digits"},
    [PART_YEAR_DAY] = {GROUP_BIRTH, 0, 0, 110, 0, false, "生年と日が同じ", "year and day of birth are the same",
                       "生年か日が異なる", "year or day of birth differs"},
    [PART_MONTH_DAY] = {GROUP_BIRTH, 0, 0, 95, 0, false, "誕生日（月日）が同じ", "month and day of birth are the same",
                        "誕生日（月日）が異なる", "month or day of birth differs"},
    [PART_MONTH] = {GROUP_BIRTH, 0, 0, 95, -35, false, "生年月が同じ", "year and month of birth are the same", "生年月が異なる",
                    "year or month of birth differs"},
    [PART_PHONE] = {GROUP_PHONE, 0, 0, 135, -5, false, "電話番号が同じ", "the telephone number is the same", "電話番号が異なる",
                    "the telephone numbers differ"},
    [PART_BLOCK] = {GROUP_PLACE, BIT(PART_TOWN), 0, 85, 0, false, "住所が丁目まで同じ", "the address is the same to the block",
                    "丁目が異なる", "the blocks differ"},
    [PART_TOWN] = {GROUP_PLACE, 0, 0, 70, -10, false, "住所の町字が同じ", "the town of the address is the same",
                   "住所の町字が異なる", "the towns of the addresses differ"},
};

#define RULE2(n, a, b, variants, finds, ja, en)                                                                                  \
    {                                                                                                                            \
        n, {PART_##a, PART_##b}, 2, variants, finds, ja, en                                                                      \
    }
#define RULE3(n, a, b, c, variants, finds, ja, en)                                                                               \
    {                                                                                                                            \
        n, {PART_##a, PART_##b, PART_##c}, 3, variants, finds, ja, en                                                            \
    }
static const struct people_rule_row RULES[PEOPLE_RULE_N] = {
    [RULE_KANA_BIRTH] = RULE2("kana+birth", KANA, BIRTH, true, true, "氏名かなと生年月日", "reading and birth date"),
    [RULE_NAME_BIRTH] = RULE2("name+birth", NAME, BIRTH, true, true, "氏名と生年月日（かなの誤り・欠け）",
                              "written name and birth date: a wrong or missing reading"),
    [RULE_SOUND_BIRTH] = RULE2("sound+birth", SOUND, BIRTH, true, true, "清濁・長音を除いたかなと生年月日（なかじま・なかしま）",
                               "reading without voicing and birth date: Nakajima, Nakashima"),
    [RULE_GIVEN_KANA_BIRTH] = RULE2("given_kana+birth", GIVEN_KANA, BIRTH, false, true, "名かなと生年月日（姓の変更）",
                                    "reading of the given name and birth date: a changed surname"),
    [RULE_GIVEN_BIRTH] = RULE2("given+birth", GIVEN, BIRTH, false, true, "名と生年月日（姓の変更）",
                               "written given name and birth date: a changed surname"),
    [RULE_HEAD_BIRTH] = RULE2("head+birth", HEAD, BIRTH, false, false, "かな先頭2字と生年月日", "first two kana and birth date"),
    [RULE_KANA_MONTH] = RULE2("kana+month", KANA, MONTH, true, true, "氏名かなと生年月（日の不明・誤り）",
                              "reading and month of birth: an unknown or wrong day"),
    [RULE_NAME_MONTH] = RULE2("name+month", NAME, MONTH, true, true, "氏名と生年月（日の不明・誤り）",
                              "written name and month of birth: an unknown or wrong day"),
    [RULE_KANA_DIGITS] = RULE2("kana+digits", KANA, DIGITS, false, true, "氏名かなと生年月日の数字（入れ替わり）",
                               "reading and digits of the birth date: digits, or day and month, exchanged"),
    [RULE_NAME_DIGITS] = RULE2("name+digits", NAME, DIGITS, false, true, "氏名と生年月日の数字（入れ替わり）",
                               "written name and digits of the birth date: digits, or day and month, exchanged"),
    [RULE_KANA_MONTH_DAY] = RULE2("kana+month_day", KANA, MONTH_DAY, false, true, "氏名かなと月日（年の誤り）",
                                  "reading, month and day: a wrong year or era"),
    [RULE_NAME_MONTH_DAY] = RULE2("name+month_day", NAME, MONTH_DAY, false, true, "氏名と月日（年の誤り）",
                                  "written name, month and day: a wrong year or era"),
    [RULE_KANA_YEAR_DAY] = RULE2("kana+year_day", KANA, YEAR_DAY, false, true, "氏名かなと年・日（月の誤り）",
                                 "reading, year and day: a wrong month"),
    [RULE_PHONE_BIRTH] =
        RULE2("phone+birth", PHONE, BIRTH, false, false, "電話番号と生年月日", "telephone number and birth date"),
    [RULE_PHONE_KANA] = RULE2("phone+kana", PHONE, KANA, true, true, "電話番号と氏名かな（生年月日の欠け・誤り）",
                              "telephone number and reading: birth date missing or wrong"),
    [RULE_PHONE_NAME] = RULE2("phone+name", PHONE, NAME, true, true, "電話番号と氏名", "telephone number and written name"),
    [RULE_PHONE_SOUND] = RULE2("phone+sound", PHONE, SOUND, false, true, "電話番号と清濁・長音を除いたかな",
                               "telephone number and reading without voicing"),
    [RULE_PHONE_GIVEN_KANA] =
        RULE2("phone+given_kana", PHONE, GIVEN_KANA, false, true, "電話番号と名かな（姓の変更。同居の家族を分ける）",
              "telephone number and reading of the given name: tells a family apart"),
    [RULE_PHONE_GIVEN] =
        RULE2("phone+given", PHONE, GIVEN, false, true, "電話番号と名", "telephone number and written given name"),
    [RULE_TOWN_BIRTH] = RULE2("town+birth", TOWN, BIRTH, false, false, "町字と生年月日", "town and birth date"),
    [RULE_TOWN_KANA] = RULE2("town+kana", TOWN, KANA, true, true, "町字と氏名かな（生年月日の欠け・誤り）",
                             "town and reading: birth date missing or wrong"),
    [RULE_TOWN_NAME] = RULE2("town+name", TOWN, NAME, true, true, "町字と氏名", "town and written name"),
    [RULE_BLOCK_GIVEN_KANA_MONTH] =
        RULE3("block+given_kana+month", BLOCK, GIVEN_KANA, MONTH, false, true, "丁目・名かな・生年月（姓の変更と日の不明）",
              "block, reading of the given name, month of birth: changed surname and unknown day"),
};

const struct people_rule_row *people_rule_row(size_t rule)
{
    return rule < COUNT(RULES) ? &RULES[rule] : NULL;
}

int people_rule_find(const char *name)
{
    for (size_t i = 0; i < COUNT(RULES); i++)
        if (strcmp(RULES[i].name, name) == 0)
            return (int)i;
    return -1;
}

const struct people_part_row *people_part_row(enum people_part part)
{
    return &PARTS[part];
}
