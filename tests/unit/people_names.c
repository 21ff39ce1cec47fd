/* Names and readings: ways of writing that are one person's meet, names of two persons do not. */
#include "people/normal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <uchar.h>
#include <cmocka.h>
#undef fail /* cmocka's; ours is meant */

static const struct {
    const char *text, *all, *given; /* all NULL: refused; given "": not known */
} NAMES[] = {
    {"架空 太郎", "架空太郎", "太郎"},
    {"架空　太郎", "架空太郎", "太郎"},
    {"架空・太郎", "架空太郎", "太郎"},
    {"架空･太郎", "架空太郎", "太郎"},
    {" 架空  太郎 ", "架空太郎", "太郎"},
    {"架空\t太郎", "架空太郎", "太郎"},
    {"架空太郎", "架空太郎", ""},
    {"架空 太 郎", "架空太郎", "太郎"},
    {"髙架 空", "高架空", "空"},
    {"山﨑 架空", "山崎架空", "架空"},
    {"山嵜 架空", "山崎架空", "架空"},
    {"山碕 架空", "山崎架空", "架空"},
    {"渡邊 架空", "渡辺架空", "架空"},
    {"渡邉 架空", "渡辺架空", "架空"},
    {"齋藤 架空", "斉藤架空", "架空"},
    {"齊藤 架空", "斉藤架空", "架空"},
    {"斎藤 架空", "斉藤架空", "架空"},
    {"斉藤 架空", "斉藤架空", "架空"},
    {"黒澤 架空", "黒沢架空", "架空"},
    {"黑澤 架空", "黒沢架空", "架空"},
    {"濱田 架空", "浜田架空", "架空"},
    {"濵田 架空", "浜田架空", "架空"},
    {"德川 架空", "徳川架空", "架空"},
    {"廣瀨 架空", "広瀬架空", "架空"},
    {"國井 架空", "国井架空", "架空"},
    {"櫻井 架空", "桜井架空", "架空"},
    {"嶋田 架空", "島田架空", "架空"},
    {"嶌田 架空", "島田架空", "架空"},
    {"𠮷田 架空", "吉田架空", "架空"},
    {"栁田 架空", "柳田架空", "架空"},
    {"桒原 架空", "桑原架空", "架空"},
    {"冨田 架空", "富田架空", "架空"},
    {"瀧川 架空", "滝川架空", "架空"},
    {"舘山 架空", "館山架空", "架空"},
    {"栢 架空", "柏架空", "架空"},
    {"福田 架空", "福田架空", "架空"},
    {"神 架空", "神架空", "架空"},
    {"塚本 架空", "塚本架空", "架空"},
    {"⽵内 架空", "竹内架空", "架空"},
    {"⾼田 架空", "高田架空", "架空"},
    {"辻󠄀 架空", "辻架空", "架空"},
    {"渡邉󠄄 架空", "渡辺架空", "架空"},
    {"葛︀城 架空", "葛城架空", "架空"},
    {"佐々木 架空", "佐佐木架空", "架空"},
    {"佐佐木 架空", "佐佐木架空", "架空"},
    {"一ノ瀬 架空", "一ノ瀬架空", "架空"},
    {"一の瀬 架空", "一ノ瀬架空", "架空"},
    {"鎌ヶ谷 架空", "鎌ケ谷架空", "架空"},
    {"鎌ケ谷 架空", "鎌ケ谷架空", "架空"},
    {"架空 さくら", "架空サクラ", "サクラ"},
    {"架空 ｻｸﾗ", "架空サクラ", "サクラ"},
    {"架空（見本）花子", "架空花子", "花子"},
    {"架空 花子 (旧姓 見本)", "架空花子", "花子"},
    {"架空 花子（見本", "架空花子見本", "花子見本"},
    {"Kakuu Taro", "KAKUU TARO", ""},
    {"TARO KAKUU", "KAKUU TARO", ""},
    {"Ｋａｋｕｕ　Ｔａｒｏ", "KAKUU TARO", ""},
    {"Kakuu, Taro", "KAKUU TARO", ""},
    {"Taro-Jiro Kakuu", "JIRO KAKUU TARO", ""},
    {"O'Sample Ann", "ANN OSAMPLE", ""},
    {"Nguyễn Văn Mẫu", "MAU NGUYEN VAN", ""},
    {"José Muñoz Ejemplo", "EJEMPLO JOSE MUNOZ", ""},
    {"Jose\xcc\x81 Ejemplo", "EJEMPLO JOSE", ""},
    {"Strauß Beispiel", "BEISPIEL STRAUSS", ""},
    {"Łukasz Przykład", "LUKASZ PRZYKLAD", ""},
    {"Æsop Đoan", "AESOP DOAN", ""},
    {"洋子", "洋子", ""},
    {"陽子", "陽子", ""},
    {"", NULL, NULL},
    {" 　", NULL, NULL},
    {"(見本)", NULL, NULL},
    {"\xff", NULL, NULL},
};

static const struct {
    const char *text, *all, *given, *sound; /* all NULL: refused */
} KANA[] = {
    {"カクウ タロウ", "カクウタロウ", "タロウ", "カクタロ"},
    {"かくう たろう", "カクウタロウ", "タロウ", "カクタロ"},
    {"ｶｸｳ ﾀﾛｳ", "カクウタロウ", "タロウ", "カクタロ"},
    {"かくう　たろー", "カクウタロウ", "タロウ", "カクタロ"},
    {"カクー・タロー", "カクウタロウ", "タロウ", "カクタロ"},
    {"かくうたろう", "カクウタロウ", "", "カクタロ"},
    {"カクウ　タロオ", "カクウタロウ", "タロウ", "カクタロ"},
    {"おおの", "オウノ", "", "オノ"},
    {"オーノ", "オウノ", "", "オノ"},
    {"おうの", "オウノ", "", "オノ"},
    {"おの", "オノ", "", "オノ"},
    {"おおおか", "オウウカ", "", "オカ"},
    {"オーオカ", "オウウカ", "", "オカ"},
    {"けいこ", "ケイコ", "", "ケコ"},
    {"ケーコ", "ケイコ", "", "ケコ"},
    {"けえこ", "ケイコ", "", "ケコ"},
    {"ゆうこ", "ユウコ", "", "ユコ"},
    {"ユーコ", "ユウコ", "", "ユコ"},
    {"ゆこ", "ユコ", "", "ユコ"},
    {"にいがた", "ニイガタ", "", "ニカタ"},
    {"ニーガタ", "ニイガタ", "", "ニカタ"},
    {"かあさん", "カアサン", "", "カサン"},
    {"ﾅｶｼﾞﾏ", "ナカジマ", "", "ナカシマ"},
    {"なかしま", "ナカシマ", "", "ナカシマ"},
    {"やまざき", "ヤマザキ", "", "ヤマサキ"},
    {"ヤマサキ", "ヤマサキ", "", "ヤマサキ"},
    {"か\u3099くう", "ガクウ", "", "カク"},
    {"は\u309aくう", "パクウ", "", "ハク"},
    {"ﾊﾟｸｳ", "パクウ", "", "ハク"},
    {"ｳﾞｧｶｳ", "バカウ", "", "ハカウ"},
    {"ヴァカウ", "バカウ", "", "ハカウ"},
    {"ヷカウ", "バカウ", "", "ハカウ"},
    {"ヴェラ", "ベラ", "", "ヘラ"},
    {"ヴラ", "ブラ", "", "フラ"},
    {"かづこ", "カズコ", "", "カスコ"},
    {"かずこ", "カズコ", "", "カスコ"},
    {"ちぢみ", "チジミ", "", "チシミ"},
    {"ちじみ", "チジミ", "", "チシミ"},
    {"しょうた", "シヨウタ", "", "シヨタ"},
    {"しようた", "シヨウタ", "", "シヨタ"},
    {"シヨータ", "シヨウタ", "", "シヨタ"},
    {"りゅう", "リユウ", "", "リユ"},
    {"はっとり", "ハツトリ", "", "ハツトリ"},
    {"ハツトリ", "ハツトリ", "", "ハツトリ"},
    {"ヰノウヱ", "イノウエ", "", "イノエ"},
    {"いのうえ", "イノウエ", "", "イノエ"},
    {"かをる", "カオル", "", "カオル"},
    {"かおる", "カオル", "", "カオル"},
    {"とおる", "トウル", "", "トル"},
    {"トール", "トウル", "", "トル"},
    {"みすゞ", "ミスズ", "", "ミスス"},
    {"みすず", "ミスズ", "", "ミスス"},
    {"サヽキ", "ササキ", "", "ササキ"},
    {"おの おさむ", "オノウサム", "オサム", "オノサム"},
    {"おのおさむ", "オノウサム", "", "オノサム"},
    {"ぐえん う゛ぁん", "グエンバン", "バン", "クエンハン"},
    {"カ―ク", "カアク", "", "カク"},
    {"ｶｰｸ", "カアク", "", "カク"},
    {"カ−ク", "カアク", "", "カク"},
    {"", NULL, NULL, NULL},
    {"ー", NULL, NULL, NULL},
    {"架空", NULL, NULL, NULL},
    {"カクウ太郎", NULL, NULL, NULL},
    {"Kakuu", NULL, NULL, NULL},
    {"\xe3\x81", NULL, NULL, NULL},
};

static bool eq(struct span got, const char *want)
{
    if (span_is(got, want))
        return true;
    printf("got %.*s, want %s\n", (int)got.n, got.n ? (const char *)got.p : "", want);
    return false;
}

static void names_meet(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        struct folded_name name;
        enum status st = people_fold_name(s, span_str(NAMES[i].text), &name);
        assert_int_equal(st, NAMES[i].all ? OK : INVALID);
        if (st != OK)
            continue;
        assert_true(eq(name.all, NAMES[i].all));
        assert_true(eq(name.given, NAMES[i].given));
        assert_int_equal(name.is_latin, name.all.p[0] < 0x80);
        scope_reset(s);
    }
}

static void readings_meet(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(KANA); i++) {
        struct folded_name kana;
        struct span sound;
        enum status st = people_fold_kana(s, span_str(KANA[i].text), &kana);
        assert_int_equal(st, KANA[i].all ? OK : INVALID);
        assert_int_equal(people_fold_sound(s, span_str(KANA[i].text), &sound), st);
        if (st != OK)
            continue;
        assert_true(eq(kana.all, KANA[i].all));
        assert_true(eq(kana.given, KANA[i].given));
        assert_true(eq(sound, KANA[i].sound));
        scope_reset(s);
    }
}

/* Every row of the tables of forms: sorted, in one step, and folded as it says. */
struct form {
    char32_t form, to;
};

#define V(form, to) {form, to},
static const struct form VARIANTS[] = {
#include "../../common/people/variants.def"
};
static const struct form COMPAT[] = {
#include "../../common/people/compat.def"
};
#undef V

static struct span utf8(char32_t c, char to[8])
{
    if (c < 0x10000)
        snprintf(to, 8, "%c%c%c", (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3f)), (char)(0x80 | (c & 0x3f)));
    else
        snprintf(to, 8, "%c%c%c%c", (char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 0x3f)), (char)(0x80 | (c >> 6 & 0x3f)),
                 (char)(0x80 | (c & 0x3f)));
    return span_str(to);
}

static void check_forms(struct scope *s, const struct form *v, size_t n, bool is_last)
{
    for (size_t i = 0; i < n; i++) {
        struct folded_name from, to;
        char a[8], b[8];
        assert_true(i == 0 || v[i - 1].form < v[i].form);
        assert_int_equal(people_fold_name(s, utf8(v[i].form, a), &from), OK);
        assert_int_equal(people_fold_name(s, utf8(v[i].to, b), &to), OK);
        assert_true(span_eq(from.all, to.all));
        assert_true(!is_last || eq(to.all, b)); /* what stands for others is no form of a third */
        scope_reset(s);
    }
}

static void every_form_is_folded(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());

    (void)state;
    assert_true(COUNT(VARIANTS) >= 350);
    assert_true(COUNT(COMPAT) >= 1000);
    check_forms(s, VARIANTS, COUNT(VARIANTS), true);
    check_forms(s, COMPAT, COUNT(COMPAT), false);
}

static void long_texts_are_refused(void **state)
{
    AUTO(scope) s = scope_new(1 << 20, entropy_system());
    char text[PERSON_FIELD_MAX + 1];
    struct folded_name name;

    (void)state;
    memset(text, 'A', sizeof text);
    assert_int_equal(people_fold_name(s, span_of(text, sizeof text), &name), TOO_LARGE);
    assert_int_equal(people_fold_name(s, span_of(text, sizeof text - 1), &name), OK);
    assert_int_equal(name.all.n, PERSON_FIELD_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_meet),
        cmocka_unit_test(readings_meet),
        cmocka_unit_test(every_form_is_folded),
        cmocka_unit_test(long_texts_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
