// What services tell one another, in words for whoever has to decide about it.
import { t } from '../../text';

const SERVICES: Record<string, [string, string]> = {
    intake: ['相談受付', 'Intake'],
    referral: ['つなぎ', 'Referrals'],
    meeting: ['かしまる会議', 'Meetings'],
    audit: ['履歴と監査', 'History'],
    account: ['利用者', 'Accounts'],
    keys: ['鍵', 'Keys'],
};

const MESSAGES: Record<string, [string, string]> = {
    case_opened: ['新しい相談を受け付けたこと', 'that a case was opened'],
    case_access: ['機関の閲覧範囲が変わったこと', 'how far an agency may read'],
    case_emergency: ['緊急閲覧が始まったこと', 'that a case was opened in an emergency'],
    case_care: ['支援措置や配慮があること', 'that somebody needs care'],
    meeting_wanted: ['小会議が求められたこと', 'that a meeting is wanted'],
    meeting_fixed: ['会議の日時が決まったこと', 'that a meeting is fixed'],
    meeting_told: ['会議のお知らせ', 'news of a meeting'],
    key_share: ['機関に鍵を渡すこと', 'that an agency gets a key'],
    key_unshare: ['機関の鍵を止めること', 'that an agency loses a key'],
    key_event: ['鍵の変更', 'a change of keys'],
    person_known: ['世帯員の登録（同一人物の確認用）', 'that a person is known'],
    duplicate_found: ['同一人物かもしれない組', 'that two may be one person'],
    glass_broken: ['緊急閲覧の記録', 'an emergency reading'],
    many_reads: ['閲覧が多いことのお知らせ', 'that somebody reads much'],
    notice_put: ['お知らせ', 'a notice'],
    leads_counted: ['主担当の日ごとの集計', 'the daily count of leads'],
    erasure_wanted: ['消去の申出', 'that an erasure is asked for'],
    erasure_agreed: ['消去の承認', 'that an erasure is agreed'],
    erasure_ready: ['消去の準備', 'that an erasure is ready'],
    events_blank: ['消去（記載）', 'a blanking'],
    events_blanked: ['消去の完了', 'that a blanking is done'],
    blanking_done: ['消去の完了', 'that a blanking is done'],
    skipped: ['飛ばしたことの知らせ', 'that a message was skipped'],
};

/** How the receiver answered, of the words of a status. */
const ANSWERS: Record<string, [string, string]> = {
    invalid: ['相手が、内容に誤りがあるとして断りました', 'refused: its content is not valid'],
    denied: ['相手が、許可されていないとして断りました', 'refused: not permitted'],
    not_found: ['相手に、対象が見つかりませんでした', 'refused: what it is about was not found'],
    conflict: ['相手の今の状態では受け付けられませんでした', 'refused: it conflicts with how things stand'],
    expired: ['期限を過ぎていました', 'refused: too late'],
    too_large: ['大きすぎて受け付けられませんでした', 'refused: too large'],
    unavailable: ['相手が動いていませんでした', 'its receiver was not there'],
    corrupt: ['届いた内容が壊れていました', 'it arrived damaged'],
    unsupported: ['相手が対応していない知らせでした', 'its receiver does not know it'],
    internal: ['相手の中で誤りが起きました', 'something went wrong at its receiver'],
};

export function answerWords(status: string): string {
    return t(...(ANSWERS[status] ?? (['相手が受け取れませんでした', 'it could not be taken'] as const)));
}

export const SERVICE_NAMES = ['intake', 'referral', 'meeting', 'audit', 'account', 'keys'] as const;

export function serviceWords(name: string): string {
    const words = SERVICES[name];
    return words ? t(...words) : name;
}

export function messageWords(type: string): string {
    const words = MESSAGES[type];
    return words ? t(...words) : type;
}
