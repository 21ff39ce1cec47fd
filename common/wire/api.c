/* The table of everything that can be asked for. Each request has one row, one path and one command; who may ask is said
 * here and nowhere else, and that an auditor or administrator opens no case body can be read off the rows. */
#include "wire/api.h"

#include "wire/message.h"

#define R_(role) (1u << (role))

enum {
    EVERYONE = R_(ROLE_WORKER) | R_(ROLE_TEAM_LEAD) | R_(ROLE_COORDINATOR) | R_(ROLE_SECRETARY) | R_(ROLE_AUDITOR) |
               R_(ROLE_ADMINISTRATOR) | R_(ROLE_AGENCY_HOST),
    CASEWORK = R_(ROLE_WORKER) | R_(ROLE_TEAM_LEAD) | R_(ROLE_COORDINATOR),
    INBOX = CASEWORK | R_(ROLE_AGENCY_HOST), /* what an agency's own system does for its people */
    TRACE = CASEWORK | R_(ROLE_AUDITOR),
    MEETINGS = CASEWORK | R_(ROLE_SECRETARY),
    INVITED = MEETINGS | R_(ROLE_AGENCY_HOST),
    OPERATORS = R_(ROLE_ADMINISTRATOR) | R_(ROLE_COORDINATOR),
    CATALOGUE = R_(ROLE_ADMINISTRATOR)
};

/* The columns of a row in the order they are read aloud: who asks what of whom, and what comes back. */
#define ROW_(k, m, p, n, v, svc, req, ans, who, j, e)                                             \
    {.method = m, .path = p, .noun = n, .verb = v, .service = svc, .request = shape_##req, .answer = shape_##ans,  \
     .kind = k, .roles = who, .ja = j, .en = e}
#define ASK(path, noun, verb, svc, req, ans, who, ja, en)                                         \
    ROW_(API_QUERY, "GET", path, noun, verb, svc, req, ans, who, ja, en)
#define POST(path, noun, verb, svc, req, ans, who, ja, en)                                        \
    ROW_(API_CHANGE, "POST", path, noun, verb, svc, req, ans, who, ja, en)
#define PUT(path, verb, req, ja, en)                                                              \
    ROW_(API_CHANGE, "PUT", path, "directory", verb, "referral", req, put_done, CATALOGUE, ja, en)

static const struct api TABLE[] = {
    POST("/cases", "case", "open", "intake", case_open, case_receipt, CASEWORK,
         "相談を受け付ける", "Take a consultation on"),
    ASK("/cases", "case", "list", "intake", case_list, case_lines, CASEWORK,
        "ケースの一覧", "List the cases of one's agency"),
    ASK("/cases/{case_id}", "case", "show", "intake", case_show, case_view, CASEWORK,
        "ケースを開く（閲覧として記録される）", "Open a case (recorded as a reading)"),
    POST("/cases/{case_id}/notes", "case", "note", "intake", note_add, done, CASEWORK,
         "支援経過記録を追加する", "Add a note to the case record"),
    ASK("/cases/{case_id}/custody", "case", "custody", "referral", custody_show, custody, TRACE,
        "主担当機関と支援関係機関", "Who holds the case"),
    POST("/cases/{case_id}/close", "case", "close", "referral", case_close, done, CASEWORK,
         "終結する", "Close the case"),
    ASK("/cases/{case_id}/history", "case", "history", "audit", history_show, history, TRACE,
        "ケースの経過（出来事の一覧）", "The ordered events of a case"),

    ASK("/cases/{case_id}/candidates", "referral", "candidates", "referral", candidate_list, candidates, CASEWORK,
        "つなぎ先の候補と理由", "Who could carry the case, and why"),
    POST("/cases/{case_id}/referrals", "referral", "draft", "referral", referral_draft, referral_state_is, CASEWORK,
         "つなぎを作る（すぐ送ることもできる）", "Draft a referral, or send it at once"),
    ASK("/referrals", "referral", "list", "referral", referral_list, referral_lines, INBOX,
        "つなぎの一覧", "List referrals"),
    ASK("/referrals/{ref_id}", "referral", "show", "referral", referral_show, referral_lines, INBOX,
        "つなぎを見る", "Show one referral"),
    POST("/referrals/{ref_id}/events/{event}", "referral", "act", "referral", referral_act, referral_state_is, INBOX,
         "つなぎに応答する（受入・辞退など）", "Act on a referral (accept, decline, …)"),
    POST("/referrals/{ref_id}/visit", "referral", "visit", "referral", referral_visit, referral_state_is, INBOX,
         "来所・訪問を記録する", "Record contact with the person"),

    POST("/cases/{case_id}/meetings", "meeting", "propose", "referral", meeting_propose, done, MEETINGS,
         "かしまる小会議を求める", "Call a meeting for a case"),
    ASK("/meetings", "meeting", "list", "meeting", meeting_list, meeting_lines, INVITED,
        "会議の一覧", "List meetings"),
    ASK("/meetings/{meeting_id}", "meeting", "show", "meeting", meeting_show, meeting_view, MEETINGS,
        "会議を見る", "Show one meeting"),
    POST("/meetings/{meeting_id}/availability", "meeting", "availability", "meeting", availability, done, INVITED,
         "出席できる日時を答える", "Say when one's agency can come"),
    POST("/meetings/{meeting_id}/accommodations", "meeting", "accommodate", "meeting", accommodate, done, MEETINGS,
         "合理的配慮の要否と手配を記録する", "Record what participants need and whether it is arranged"),
    ASK("/meetings/{meeting_id}/slots", "meeting", "slots", "meeting", slot_list, slots, MEETINGS,
        "日程の候補と理由", "When the meeting could be, with reasons"),
    POST("/meetings/{meeting_id}/fix", "meeting", "fix", "meeting", meeting_fix, done, MEETINGS,
         "日時と場所を確定する", "Fix time and place"),
    POST("/meetings/{meeting_id}/cancel", "meeting", "cancel", "meeting", meeting_cancel, done, MEETINGS,
         "会議を取りやめる", "Call a meeting off"),

    ASK("/agencies", "directory", "find", "referral", agency_find, agency_lines, EVERYONE,
        "機関をさがす", "Find agencies"),
    ASK("/agencies/{agency}", "directory", "show", "referral", agency_show, agency_view, EVERYONE,
        "機関を見る", "Show one agency"),
    PUT("/directory/agencies", "put-agency", agency_put, "機関を登録する", "Put an agency into the directory"),
    PUT("/directory/programmes", "put-programme", programme_put, "事業を登録する", "Put a programme into the directory"),
    PUT("/directory/needs", "put-need", need_put, "課題と法定の受け手を登録する", "Put a need and its mandated receivers"),
    PUT("/directory/routing", "put-routing", routing_put, "つなぎの条件を登録する", "Put what routing must know of an agency"),
    PUT("/directory/indicators", "put-indicator", indicator_put, "評価指標を登録する", "Put an indicator of the plan"),
    PUT("/directory/codes", "put-code", code_put, "コードを登録する", "Put an entry of the vocabulary"),

    ASK("/queues/{service}", "queue", "status", NULL, queue_status, queue_state, OPERATORS,
        "送信待ちの件数", "How many messages wait"),
    ASK("/queues/{service}/parked", "queue", "parked", NULL, queue_parked, parked_list, OPERATORS,
        "止まっているメッセージの一覧", "Which messages are parked"),
    POST("/queues/{service}/parked/{message_id}/{action}", "queue", "act", NULL, queue_act, done, OPERATORS,
         "止まっているメッセージを再送する・飛ばす", "Retry or skip a parked message"),
};

const struct api *api_at(size_t i)
{
    return i < COUNT(TABLE) ? &TABLE[i] : NULL;
}

const struct api *api_find(const char *noun, const char *verb)
{
    for (size_t i = 0; i < COUNT(TABLE); i++)
        if (strcmp(TABLE[i].noun, noun) == 0 && strcmp(TABLE[i].verb, verb) == 0)
            return &TABLE[i];
    return NULL;
}
