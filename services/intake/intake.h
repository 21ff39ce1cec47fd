#ifndef KM_INTAKE_INTAKE_H
#define KM_INTAKE_INTAKE_H

#include "svc/service.h"

/* 相談受付: households, cases, notes, and who may read them. */

/* What a sealed record is (KMR1 record type); never renumbered. */
enum record_type { RECORD_CASE = 1, RECORD_NOTE = 2 };

extern const struct service INTAKE;

enum status handle_case_open(struct turn *t, const void *in);
enum status handle_note_add(struct turn *t, const void *in);
enum status handle_case_show(struct turn *t, const void *in);
enum status handle_case_list(struct turn *t, const void *in);
enum status handle_case_access(struct turn *t, const void *in);

/* How far one agency may read one case; level ACCESS_NONE when it never could. */
struct reach {
    enum access_level level;
    struct {
        const int64_t *v;
        size_t n;
    } items;
    int64_t until_us; /* INT64_MAX while it lasts */
};

/* reach_items: the items a reader sees: all of them for a member, those disclosed for an offer.
 *   ret    bits   bit per enum item
 *   pure   yes                        source  field.md DR-05 */
unsigned reach_items(const struct reach *r);

/* reach_may_write: only a member whose membership lasts writes.        pure yes */
bool reach_may_write(const struct reach *r);

#endif
