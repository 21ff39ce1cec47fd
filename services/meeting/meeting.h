#ifndef KM_MEETING_MEETING_H
#define KM_MEETING_MEETING_H

#include "svc/service.h"

/* かしまる meetings: proposed, answered, fixed. */

extern const struct service MEETING;

enum record_type { RECORD_MEETING = 4 }; /* KMR1 record type; never renumbered */
enum { INVITEES_MAX = 24, WINDOWS_MAX = 60, SLOTS_MOST = 20, SLOT_STEP_MIN = 30, MEETING_MIN = 60 };

/* ---- slots.c: pure ------------------------------------------------------------ */

struct stretch {
    int64_t starts_us, ends_us; /* end excluded */
};

/* One invited agency: when it said it can come, and when it already sits elsewhere. */
struct guest {
    struct agency_id agency;
    bool is_required, has_answered;
    const struct stretch *can, *busy;
    size_t can_n, busy_n;
};

struct slot_found {
    struct stretch at;
    uint32_t can; /* bit per guest */
    int can_n;
};

/* slots_find: starts on the half hour within office hours (8:30–17:15, business days, Asia/Tokyo) at which every required guest can
 * come; most guests first, then earliest.
 *   in     from_us … to_us  where to look, at most 62 days      minutes  1…480
 *   ret    slots  at most SLOTS_MOST, in the scope
 *   fails  INVALID nothing to look in, or too long · TOO_LARGE
 *   pure   yes                        source  services/RULES.md DR-21 */
enum status slots_find(struct scope *s, const struct guest *guests, size_t n, int64_t from_us, int64_t to_us, int64_t minutes,
                       const struct slot_found **ret_slots, size_t *ret_n) MUST_CHECK;

/* slots_can: may this guest come for the whole stretch?       pure yes */
bool slots_can(const struct guest *g, struct stretch at);

/* ---- store.c ------------------------------------------------------------------- */

/* A meeting as stored with its guests; texts and lists live in the turn's scope. */
struct gathering {
    struct uuid id, case_id;
    enum meeting_kind kind;
    enum meeting_state state;
    enum meeting_why called_by;
    enum area area;
    enum legal_basis basis;
    bool has_time, has_sealed;
    struct stretch at;
    int64_t version, epoch;
    struct span sealed;
    struct {
        const int64_t *v;
        size_t n;
    } needs;
    struct guest guests[INVITEES_MAX];
    enum invited_as invited_as[INVITEES_MAX];
    int64_t answered_us[INVITEES_MAX];
    size_t guest_n;
    struct accommodation_line accommodations[8];
    size_t accommodation_n;
};

/* gathering_load: locks the meeting.
 *   fails  NOT_FOUND no such meeting, or the turn's agency is neither invited nor coordinating */
enum status gathering_load(struct turn *t, struct uuid meeting_id, struct gathering *ret_g) MUST_CHECK;

/* gathering_busy: fills in when the guests already sit in other meetings. */
enum status gathering_busy(struct turn *t, struct gathering *g, struct stretch within) MUST_CHECK;

enum status handle_meeting_wanted(struct turn *t, const void *in);
enum status handle_case_care(struct turn *t, const void *in);
enum status handle_availability(struct turn *t, const void *in);
enum status handle_accommodate(struct turn *t, const void *in);
enum status handle_slot_list(struct turn *t, const void *in);
enum status handle_meeting_fix(struct turn *t, const void *in);
enum status handle_meeting_cancel(struct turn *t, const void *in);
enum status handle_meeting_show(struct turn *t, const void *in);
enum status handle_meeting_list(struct turn *t, const void *in);

#endif
