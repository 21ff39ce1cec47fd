#ifndef KM_PEOPLE_PERSON_H
#define KM_PEOPLE_PERSON_H

#include "base/span.h"

/* What may be known of a person when two records are compared: UTF-8 as somebody wrote it, empty where it is not known.
 *   source  戸籍法13条 (氏名, ふりがな); 住民基本台帳法施行令30条の13 (旧氏), 30条の16 (通称) */

enum { PERSON_FIELD_MAX = 400 }; /* bytes of one field */

struct person_fields {
    struct span name;        /* family and given name with a space between them, or the romaji name of a foreign resident */
    struct span kana;        /* its reading; a space between family and given name */
    struct span alias;       /* 通称 */
    struct span alias_kana;
    struct span former_name; /* 旧姓・旧氏: the surname alone, or the whole former name; kanji or kana */
    struct span birth_date;  /* ISO 8601 or 和暦; the day may be unknown */
    struct span phone;
    struct span address;
};

#endif
