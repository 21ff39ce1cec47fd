/* Every form of an ideograph that people use for the same name is represented by one, and no chain of forms is longer than two
 * steps: a compatibility ideograph to its unified one, that to its representative. */
#include <uchar.h>

#include "internal.h"

struct form {
    char32_t form, stands_for;
};

#define V(form, stands_for) {form, stands_for},
static const struct form VARIANTS[] = {
#include "variants.def"
};
static const struct form COMPAT[] = {
#include "compat.def"
};
#undef V

/* Base letters of U+00C0–024F and U+1E00–1EFF; "." has none. */
enum { LATIN_FIRST = 0xc0, LATIN_LAST = 0x24f, MORE_FIRST = 0x1e00, MORE_LAST = 0x1eff };
static const char LATIN[] =
    "AAAAAA.CEEEEIIII.NOOOOO..UUUUY..AAAAAA.CEEEEIIII.NOOOOO..UUUUY.YAAAAAACCCCCCCCDD..EEEEEEEEEEGGGGGGGGHH..IIIIII"
    "IIII..JJKK.LLLLLL....NNNNNN...OOOOOO..RRRRRRSSSSSSSSTTTT..UUUUUUUUUUUUWWYYYZZZZZZS............................"
    "....OO.............UU............................AAIIOOUUUUUUUUUU.AAAA....GGKKOOOO..J...GG..NNAA....AAAAEEEEII"
    "IIOOOORRRRUUUUSSTT..HH......AAEEOOOOOOOOYY............................";
static const char MORE[] =
    "AABBBBBBCCDDDDDDDDDDEEEEEEEEEEFFGGHHHHHHHHHHIIIIKKKKKKLLLLLLLLMMMMMMNNNNNNNNOOOOOOOOPPPPRRRRRRRRSSSSSSSSSSTTTT"
    "TTTTUUUUUUUUUUVVVVWWWWWWWWWWXXXXYYZZZZZZHTWY.S....AAAAAAAAAAAAAAAAAAAAAAAAEEEEEEEEEEEEEEEEIIIIOOOOOOOOOOOOOOOO"
    "OOOOOOOOUUUUUUUUUUUUUUYYYYYYYY......";
_Static_assert(sizeof LATIN - 1 == LATIN_LAST - LATIN_FIRST + 1, "one letter each");
_Static_assert(sizeof MORE - 1 == MORE_LAST - MORE_FIRST + 1, "one letter each");

/* Letters that are no letter with a mark, or two. */
static const struct {
    char32_t c;
    char letters[3];
} SPECIAL[] = {
    {U'Æ', "AE"}, {U'æ', "AE"}, {U'Ð', "D"}, {U'ð', "D"}, {U'Ø', "O"}, {U'ø', "O"}, {U'Þ', "TH"}, {U'þ', "TH"},
    {U'ß', "SS"}, {U'Đ', "D"},  {U'đ', "D"}, {U'ı', "I"}, {U'Ł', "L"}, {U'ł', "L"}, {U'Œ', "OE"}, {U'œ', "OE"},
    {U'ŀ', "L"},  {U'Ŀ', "L"},  {U'ħ', "H"}, {U'Ħ', "H"}, {U'Ŧ', "T"}, {U'ŧ', "T"},
};

static uint32_t look_up(const struct form *v, size_t n, uint32_t c)
{
    while (n > 0) {
        size_t half = n / 2;
        if (v[half].form == c)
            return v[half].stands_for;
        if (v[half].form < c) {
            v += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return c;
}

uint32_t ideograph_fold(uint32_t c)
{
    c = look_up(COMPAT, COUNT(COMPAT), c);
    return look_up(VARIANTS, COUNT(VARIANTS), c);
}

size_t latin_fold(uint32_t c, uint32_t ret_letters[2])
{
    char base = '.';

    if (c >= 'a' && c <= 'z')
        base = (char)(c - 'a' + 'A');
    else if (c >= 'A' && c <= 'Z')
        base = (char)c;
    else if (c >= LATIN_FIRST && c <= LATIN_LAST)
        base = LATIN[c - LATIN_FIRST];
    else if (c >= MORE_FIRST && c <= MORE_LAST)
        base = MORE[c - MORE_FIRST];
    for (size_t i = 0; base == '.' && i < COUNT(SPECIAL); i++) {
        if (SPECIAL[i].c != c)
            continue;
        ret_letters[0] = (uint8_t)SPECIAL[i].letters[0];
        ret_letters[1] = (uint8_t)SPECIAL[i].letters[1];
        return SPECIAL[i].letters[1] ? 2 : 1;
    }
    if (base == '.')
        return 0;
    ret_letters[0] = (uint8_t)base;
    return 1;
}
