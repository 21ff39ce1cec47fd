// What may happen to a referral in each state, by whom, with which reasons, and what follows from it, in words before it is done. The server
// has the last word.
import type { Reason, ReferralEvent, ReferralLine, Role } from '@api';
import { t } from '../../text';

type Table = Partial<Record<string, readonly ReferralEvent[]>>;

const RECEIVER: Table = {
    offered: ['accept', 'decline'],
    accepted: ['start', 'hold', 'complete', 'fail', 'decline'],
    in_service: ['hold', 'complete', 'fail'],
    on_hold: ['resume', 'complete', 'fail'],
    cancel_requested: ['confirm', 'refuse', 'complete'],
};
const SENDER: Table = {
    draft: ['send', 'retract'],
    offered: ['withdraw', 'retract'],
    accepted: ['request_cancel'],
    in_service: ['request_cancel'],
    on_hold: ['request_cancel'],
};
const COORDINATOR: Table = { accepted: ['retract'], in_service: ['retract'], on_hold: ['retract'], cancel_requested: ['retract'] };

/** What whoever looks at it may do now; who took the lead over does not decline any more, but refers on. */
export function eventsOf(r: ReferralLine, mine: string | undefined, role: Role | undefined): readonly ReferralEvent[] {
    if (r.to === mine) return (RECEIVER[r.state] ?? []).filter((e) => e !== 'decline' || r.state === 'offered' || r.kind !== 'transfer');
    const sender = r.from === mine ? (SENDER[r.state] ?? []) : [];
    return role === 'coordinator' ? [...sender, ...(COORDINATOR[r.state] ?? [])] : sender;
}

/** What carries the referral on; everything else takes something back or puts it off, and is not what is offered first. */
export const CARRIES_ON: ReadonlySet<ReferralEvent> = new Set(['send', 'accept', 'start', 'resume']);

const REASONS: Partial<Record<ReferralEvent, readonly Reason[]>> = {
    decline: [
        'no_capacity',
        'other_expertise',
        'out_of_area',
        'not_our_target',
        'not_eligible',
        'already_served',
        'person_declined',
        'person_unreachable',
        'other',
    ],
    withdraw: ['no_longer_needed', 'person_declined', 'moved', 'died', 'mistake', 'other'],
    hold: ['awaiting_person', 'person_unreachable', 'no_show', 'no_capacity', 'other'],
    complete: ['goal_reached', 'no_longer_needed', 'person_declined', 'moved', 'died', 'other'],
    fail: ['person_unreachable', 'no_show', 'person_declined', 'not_eligible', 'other_expertise', 'no_capacity', 'moved', 'died', 'other'],
    request_cancel: ['no_longer_needed', 'person_declined', 'moved', 'died', 'mistake', 'other'],
    refuse: ['already_served', 'other'],
    retract: ['mistake', 'no_longer_needed', 'goal_reached', 'moved', 'died', 'other'],
};

/** The reasons to choose from; none where none is asked for. */
export function reasonsOf(event: ReferralEvent, r: ReferralLine): readonly Reason[] {
    if (event === 'retract' && (r.state === 'draft' || r.state === 'offered')) return [];
    return REASONS[event] ?? [];
}

/** What follows, said before it is confirmed. */
export function followsOf(event: ReferralEvent, r: ReferralLine): string {
    const isTransfer = r.kind === 'transfer';
    const WORDS: Partial<Record<ReferralEvent, string>> = {
        accept: isTransfer
            ? t('引き受けると、あなたの機関がこのケースの主担当になります。', 'By accepting, your agency becomes the lead of this case.')
            : r.kind === 'added_support'
              ? t(
                    '引き受けると、支援機関に加わります。主担当は変わりません。',
                    'By accepting, your agency joins those who support. The lead does not change.',
                )
              : t('主担当は変わりません。', 'The lead does not change.'),
        decline: t(
            'つなぎ元に戻り、つなぎ元が次をさがします。主担当は変わらず、このケースはあなたの機関から見えなくなります。',
            'It goes back to the sender, who looks elsewhere. The lead does not change; your agency no longer sees this case.',
        ),
        hold: t(
            '支援は終わらず、見直す日まで時計が止まります。つなぎ元にもその状態が見えます。',
            'The support does not end: its clocks stop until the review. The sender sees it.',
        ),
        start: t('支援が始まったことを、つなぎ元に知らせます。', 'The sender is told that the support has begun.'),
        resume: t('時計がまた動き、支援中に戻ります。', 'Its clocks go on: in service again.'),
        complete: t(
            'このつなぎは終わり、結果がつなぎ元に伝わります。元には戻せません。',
            'This referral ends and the sender hears the outcome. It cannot be undone.',
        ),
        fail: t(
            '支援を続けられないことが、つなぎ元に伝わります。差し戻しとして数えられます。元には戻せません。',
            'The sender hears that it could not be carried on; it counts as returned. It cannot be undone.',
        ),
        withdraw: t(
            '打診を取り下げます。相手は、このケースを見られなくなります。',
            'It is taken back: the receiver no longer sees the case.',
        ),
        request_cancel: t('相手が応じるまでは、支援は続きます。', 'The support goes on until they agree.'),
        confirm: t('このつなぎは取り消されます。', 'This referral is cancelled.'),
        refuse: t('支援は続きます。つなぎ元に伝わります。', 'The support goes on; the sender is told.'),
        retract: t('誤りだったと記されます。記録は消えません。', 'It is marked as entered in error. Nothing is erased.'),
        send: t('相手に打診します。', 'The receiver is asked.'),
    };
    return WORDS[event] ?? '';
}
