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
    DRAFTING = MEETINGS | R_(ROLE_AUDITOR) | R_(ROLE_ADMINISTRATOR), /* who fills in forms */
    INVITED = MEETINGS | R_(ROLE_AGENCY_HOST),
    OPERATORS = R_(ROLE_ADMINISTRATOR) | R_(ROLE_COORDINATOR),
    CATALOGUE = R_(ROLE_ADMINISTRATOR),
    AUDITORS = R_(ROLE_AUDITOR),
    SUPERVISORS = R_(ROLE_TEAM_LEAD) | R_(ROLE_COORDINATOR) | R_(ROLE_AUDITOR),
    COORDINATORS = R_(ROLE_COORDINATOR)
};

/* The columns of a row in the order they are read aloud: who asks what of whom, and what comes back. */
#define ROW_(k, m, p, n, v, svc, req, ans, who, j, e)                                             \
    {.method = m, .path = p, .noun = n, .verb = v, .service = svc, .request = shape_##req, .answer = shape_##ans,  \
     .kind = k, .roles = who, .ja = j, .en = e}
#define ASK(path, noun, verb, svc, req, ans, who, ja, en)                                         \
    ROW_(API_QUERY, "GET", path, noun, verb, svc, req, ans, who, ja, en)
/* A question too long for an address: its body says what is wanted, and nothing is changed by it. */
#define ASK_LONG(path, noun, verb, svc, req, ans, who, ja, en)                                    \
    ROW_(API_QUERY, "POST", path, noun, verb, svc, req, ans, who, ja, en)
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

    ASK("/work", "work", "list", "referral", work_list, work_lines, CASEWORK,
        "受け持ちのケース（終結したものを除く）", "Open cases of one's agency"),

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

    POST("/cases/{case_id}/people", "person", "put", "intake", person_put, done, CASEWORK,
         "世帯員を記録する", "Record a household member"),
    ASK("/cases/{case_id}/people", "person", "list", "intake", people_show, people_view, CASEWORK,
        "世帯員を見る（閲覧として記録される）", "The household (recorded as a reading)"),
    POST("/cases/{case_id}/people/{person_id}/protection", "person", "protect", "intake", protection_put, done, CASEWORK,
         "支援措置を記録する・解除する", "Turn a person's protection on or off"),
    POST("/cases/{case_id}/notifier", "notifier", "put", "intake", notifier_put, done, CASEWORK,
         "通報者を記録する", "Record who reported"),
    ASK("/cases/{case_id}/notifier", "notifier", "show", "intake", notifier_show, notifier_view, CASEWORK,
        "通報者を見る（指定された職員のみ）", "Who reported (named staff only)"),
    POST("/cases/{case_id}/team/{user}/{action}", "team", "put", "intake", team_put, done, CASEWORK,
         "担当者を決める", "Say who works on the case"),
    ASK("/cases/{case_id}/team", "team", "show", "intake", team_show, team_view, CASEWORK,
        "担当者を見る", "Who works on the case"),
    POST("/cases/{case_id}/break-glass", "case", "break-glass", "keys", break_glass, emergency_open, CASEWORK,
         "緊急閲覧（60分・理由が要る）", "Open a case in an emergency (60 minutes, with a reason)"),
    ASK("/cases/{case_id}/readings", "case", "readings", "keys", reading_list, reading_lines, SUPERVISORS,
        "閲覧記録", "Who read the case"),

    POST("/cases/{case_id}/consents", "consent", "give", "referral", consent_give, done, CASEWORK,
         "同意を記録する", "Record a consent"),
    ASK("/cases/{case_id}/consents", "consent", "list", "referral", consent_list, consent_lines, TRACE,
        "同意の一覧", "Consents of a case"),
    POST("/consents/{consent_id}/withdraw", "consent", "withdraw", "referral", consent_withdraw, done, CASEWORK,
         "同意の撤回を記録する", "Record the withdrawal of a consent"),
    ASK("/recalls", "recall", "list", "referral", recall_list, recall_lines, INBOX,
        "回収依頼の一覧", "Withdrawals to acknowledge"),
    POST("/recalls/{recall_id}/ack", "recall", "ack", "referral", recall_ack, done, INBOX,
         "回収依頼に応答する", "Acknowledge a withdrawal"),
    ASK("/disclosures", "disclosure", "list", "referral", disclosure_list, disclosure_lines, TRACE,
        "提供記録（年度・ケース別）", "Disclosures of a year or a case"),
    ASK("/bases", "basis", "list", "referral", basis_list, basis_lines, EVERYONE,
        "提供の根拠の一覧", "Grounds for sharing"),
    PUT("/directory/bases", "put-basis", basis_put, "提供の根拠を登録する", "Put a ground for sharing"),

    ASK("/duplicates", "duplicate", "list", "intake", duplicate_list, duplicate_lines, COORDINATORS,
        "同一人物かもしれない組", "Pairs that may be one person"),
    POST("/duplicates/{duplicate_id}/{state}", "duplicate", "decide", "intake", duplicate_decide, done, COORDINATORS,
         "同一人物か判断する（取り消せる）", "Decide on a pair (can be taken back)"),

    ASK("/notices", "notice", "list", "audit", notice_list, notice_lines, SUPERVISORS | CATALOGUE,
        "お知らせ", "What must be looked at"),
    POST("/notices/{notice_id}/seen", "notice", "seen", "audit", notice_seen, done, SUPERVISORS | CATALOGUE,
         "お知らせを確認済みにする", "A notice was seen"),
    ASK("/reviews", "review", "list", "audit", review_list, review_lines, SUPERVISORS,
        "緊急閲覧の確認待ち", "Emergency readings to review"),
    POST("/reviews/{id}", "review", "do", "audit", review_do, done, SUPERVISORS,
         "緊急閲覧を確認する", "Review an emergency reading"),
    ASK("/audit/cases", "audit", "search", "audit", audit_search, audit_cases, AUDITORS,
        "ケースをさがす（機関・期間・回答・理由）", "Find cases by agency, period, answer and reason"),
    ASK("/audit/cases/{case_id}", "audit", "timeline", "audit", audit_timeline, audit_timeline_is, AUDITORS,
        "ケースの経緯（だれがいつまで担当し、なぜ移ったか）", "Who held a case, until when, and why it moved"),
    ASK("/audit/reports/{report}", "audit", "report", "audit", audit_report, audit_lines, AUDITORS,
        "監査報告（差戻し・遅れ・期限切れ・未確認・同意なし・主担当なし）", "What auditors look for, as a list"),
    ASK("/audit/proofs", "audit", "proofs", "audit", audit_proofs, audit_proofs_are, AUDITORS,
        "主担当機関の毎日の確認", "For each day, that no case was without a lead"),
    ASK("/audit/cases/{case_id}/evidence", "audit", "evidence", "audit", evidence_list, evidence_is, AUDITORS,
        "ケースの台帳の項目（封緘されたまま）", "The entries of a case in the ledger, still sealed"),
    ASK_LONG("/audit/cases/{case_id}/evidence/open", "audit", "open", "keys", events_open, events_opened, AUDITORS,
             "台帳の項目を開く（閲覧として記録される）", "Open entries of the ledger (recorded as a reading)"),
    ASK("/audit/signing-keys", "audit", "signing-keys", "keys", signing_keys, signing_keys_are, AUDITORS,
        "機関の署名鍵（公開）", "With which keys agencies sign events"),
    ASK("/audit/flows", "audit", "flows", "audit", flow_show, flow_lines, COORDINATORS | AUDITORS,
        "つなぎの流れ（だれからだれへ、差戻し、回答までの時間）", "Who hands to whom, how often it comes back, how long answers take"),
    ASK("/audit/loads", "audit", "loads", "audit", load_show, load_lines, COORDINATORS | AUDITORS,
        "機関ごとの件数（主担当・回答待ち・支援中）", "What lies on each agency's desk"),

    ASK("/drafts", "draft", "list", "intake", draft_list, draft_lines, DRAFTING,
        "自分の下書きの一覧", "One's own drafts"),
    ASK("/drafts/{name}", "draft", "show", "intake", draft_show, draft_is, DRAFTING,
        "自分の下書きを開く", "Open a draft of one's own"),
    POST("/drafts/{name}", "draft", "put", "intake", draft_put, done, DRAFTING,
         "入力中の内容を下書きとして保存する", "Keep what is being typed"),
    POST("/drafts/{name}/drop", "draft", "drop", "intake", draft_drop, done, DRAFTING,
         "自分の下書きを消す", "Throw a draft away"),

    POST("/session", "session", "sign-in", "account", sign_in, session_grant, API_ANYBODY,
         "サインインする", "Sign in"),
    POST("/session/fresh", "session", "fresh", "account", session_fresh, ticket_grant, EVERYONE,
         "第二要素で再確認する", "Give the second factor again"),
    POST("/session/end", "session", "sign-out", "account", sign_out, done, EVERYONE,
         "サインアウトする", "Sign out"),
    POST("/enrolment", "account", "enrol", "account", enrol_begin, enrol_offer, API_ANYBODY,
         "招待を受けてパスワードを決める", "Take up an invitation: set the password"),
    POST("/enrolment/confirm", "account", "confirm", "account", enrol_confirm, done, API_ANYBODY,
         "認証アプリの最初のコードで登録を終える", "Finish enrolment with the first time code"),
    POST("/password", "account", "password", "account", password_change, done, EVERYONE,
         "パスワードを変える", "Change one's password"),
    POST("/users", "user", "invite", "account", user_invite, invitation, CATALOGUE,
         "利用者を招待する・再登録させる", "Invite a user, or reset one"),
    ASK("/users", "user", "list", "account", user_list, user_lines, CATALOGUE,
        "利用者の一覧", "List users"),
    POST("/users/{user}", "user", "put", "account", user_put, done, CATALOGUE,
         "利用者の役割・状態を変える", "Change a user's roles or state"),
    ASK("/sign-ins", "sign-in", "list", "account", sign_in_list, sign_in_lines, AUDITORS | CATALOGUE,
        "サインインの記録", "The sign-in log"),

    ASK("/hosts", "host", "list", "account", host_list, host_lines, CATALOGUE | AUDITORS,
        "機関システムの一覧", "Agencies' own systems"),

    ASK("/keys", "keys", "status", "keys", key_status, key_standing, CATALOGUE | AUDITORS,
        "鍵の状態", "State of the keys"),
    POST("/keys/rotate", "keys", "rotate", "keys", key_rotate, done, CATALOGUE,
         "鍵を更新する", "Rotate a key"),
    POST("/keys/escrow", "keys", "escrow-put", "keys", escrow_put, done, CATALOGUE,
         "市の預託鍵を登録する", "Set the city's escrow key"),
    ASK("/keys/escrow/{case_id}", "keys", "escrow-fetch", "keys", escrow_fetch, escrow_wrap, CATALOGUE,
        "預託された鍵を取り出す", "Fetch the escrowed wrap of a case"),
    POST("/cases/{case_id}/erase", "case", "erase", "keys", case_erase, done, OPERATORS,
         "終結したケースを消去する（2人が必要、うち1人はシステム管理者）", "Erase a closed case (two people, one of them an administrator)"),
    ASK("/erasures", "erasure", "list", "audit", erasure_list, erasure_lines, OPERATORS | AUDITORS,
        "消去の一覧", "Erasures: waiting, under way, done"),

    ASK("/agencies", "directory", "find", "referral", agency_find, agency_lines, EVERYONE,
        "機関をさがす", "Find agencies"),
    ASK("/agencies/{agency}", "directory", "show", "referral", agency_show, agency_view, EVERYONE,
        "機関を見る", "Show one agency"),
    ASK("/directory/entries", "directory", "entries", "referral", directory_entries, directory_entries_are, CATALOGUE,
        "名簿の登録内容", "The directory as it was put in"),
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
