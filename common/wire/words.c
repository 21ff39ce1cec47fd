/* The code lists as tables: words.def expanded a second time; what an enum counts and what its words are cannot differ. */
#include "wire/words.h"

#define WORDS(list, prose)                                                                        \
    const struct words *words_##list(void)                                                        \
    {                                                                                             \
        static const char list_name[] = #list;                                                    \
        static const struct word v[] = {
#define WORD(list, name, text, ja) {text, ja},
#define WORDS_END(list)                                                                           \
        };                                                                                        \
        _Static_assert(COUNT(v) == list##_N_, "enum and table of " #list);                        \
        static const struct words words = {list_name, v, COUNT(v)};                               \
        return &words;                                                                            \
    }
#include "wire/words.def"
#undef WORDS
#undef WORD
#undef WORDS_END

#define WORDS(list, prose) words_##list,
#define WORD(list, name, text, ja)
#define WORDS_END(list)
const struct words *(*const *words_all(size_t *ret_n))(void)
{
    static const struct words *(*const ALL[])(void) = {
#include "wire/words.def"
    };
    *ret_n = COUNT(ALL);
    return ALL;
}
