// One referral as its sender or receiver sees it: where it stands, until when an answer is due, and what can be done with it now.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Reason, ReferralEvent, ReferralLine } from '@api';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { options, t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Button, Link } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Due, Moment } from '../../ui/moment';
import { Badge, Fault, Notice } from '../../ui/notice';
import { Facts } from '../../ui/table';
import { Visit } from './visit';

/** What the receiver and the sender may do in each state; the server has the last word. */
const RECEIVER: Partial<Record<string, readonly ReferralEvent[]>> = {
    offered: ['accept', 'decline'],
    accepted: ['start', 'hold', 'complete', 'fail', 'decline'],
    in_service: ['hold', 'complete', 'fail'],
    on_hold: ['resume', 'complete', 'fail'],
    cancel_requested: ['confirm', 'refuse', 'complete'],
};
const SENDER: Partial<Record<string, readonly ReferralEvent[]>> = {
    draft: ['send', 'retract'],
    offered: ['withdraw', 'retract'],
    accepted: ['request_cancel'],
    in_service: ['request_cancel'],
    on_hold: ['request_cancel'],
};
const HAS_VISITS: readonly string[] = ['accepted', 'in_service', 'on_hold'];
const WITH_REASON: readonly ReferralEvent[] = ['decline', 'withdraw', 'hold', 'fail', 'request_cancel', 'refuse', 'retract'];

function Act(p: { of: ReferralLine; event: ReferralEvent; onDone: () => void; onBack: () => void }): JSX.Element {
    const [reason, setReason] = useState('');
    const [review, setReview] = useState('');
    const [problem, setProblem] = useState<unknown>(null);
    const [isBusy, setBusy] = useState(false);
    const key = useRef(crypto.randomUUID());
    const needsReason = WITH_REASON.includes(p.event);
    async function send(): Promise<void> {
        if (needsReason && !reason) return;
        setBusy(true);
        setProblem(null);
        try {
            await call(
                'referral_act',
                {
                    ref_id: p.of.ref_id,
                    event: p.event,
                    ...(reason ? { reason: reason as Reason } : {}),
                    ...(review ? { review_at: `${review}T09:00:00+09:00` } : {}),
                },
                key.current,
            );
            p.onDone();
        } catch (e) {
            setProblem(e);
            key.current = crypto.randomUUID();
        }
        setBusy(false);
    }
    return (
        <form
            class="group"
            onSubmit={(e) => {
                e.preventDefault();
                void send();
            }}
        >
            <h2>{word('referral_event', p.event)}</h2>
            {p.event === 'accept' && p.of.kind === 'transfer' ? (
                <Notice
                    tone="info"
                    live={false}
                    title={t(
                        '引き受けると、あなたの機関がこのケースの主担当になります。',
                        'By accepting, your agency becomes the lead of this case.',
                    )}
                />
            ) : null}
            {needsReason ? (
                <Select
                    label={t('理由', 'Reason')}
                    options={options('reason')}
                    empty={t('選んでください', 'Choose')}
                    value={reason}
                    onValue={setReason}
                    required
                />
            ) : null}
            {p.event === 'hold' ? (
                <TextField label={t('見直す日', 'Review on')} type="date" value={review} onValue={setReview} required />
            ) : null}
            <Fault of={problem} />
            <p class="acts">
                <Button type="submit" weight="main" busy={isBusy}>
                    {t('確定する', 'Confirm')}
                </Button>
                <Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>
            </p>
        </form>
    );
}

function One(p: { of: ReferralLine; again: () => void }): JSX.Element {
    const r = p.of;
    const [event, setEvent] = useState<ReferralEvent | null>(null);
    const mine = who.value?.agency;
    const events = r.to === mine ? RECEIVER[r.state] : r.from === mine || who.value?.role === 'coordinator' ? SENDER[r.state] : undefined;
    return (
        <>
            <Facts
                of={[
                    [t('状態', 'State'), <Badge tone={r.state === 'offered' ? 'warn' : 'plain'}>{word('referral_state', r.state)}</Badge>],
                    [t('つなぎ方', 'Kind'), word('referral_kind', r.kind)],
                    [t('つなぎ元', 'From'), <AgencyName code={r.from} />],
                    [t('つなぎ先', 'To'), <AgencyName code={r.to} />],
                    r.state === 'offered' ? [t('回答期限', 'Answer due'), <Due at={r.due_at} />] : null,
                    [t('課題', 'Needs'), r.needs.map((n) => word('need', n)).join('、')],
                    [t('緊急度', 'Urgency'), word('urgency', r.urgency)],
                    [t('渡す情報', 'Disclosed'), r.items.length ? r.items.map((i) => word('item', i)).join('、') : t('なし', 'nothing')],
                    [t('根拠', 'Ground'), word('legal_basis', r.basis)],
                    r.reason ? [t('理由', 'Reason'), word('reason', r.reason)] : null,
                    r.visit !== 'none' ? [t('来所・訪問', 'Contact'), word('visit', r.visit)] : null,
                    [t('開封', 'Opened'), <Moment at={r.read_at} />],
                    [t('回答', 'Answered'), <Moment at={r.answered_at} />],
                ]}
            />
            <p>
                <Link to={`case/${r.case_id}`}>{t('ケースを開く（閲覧として記録されます）', 'Open the case (recorded as a reading)')}</Link>
            </p>
            {event ? (
                <Act
                    of={r}
                    event={event}
                    onBack={() => setEvent(null)}
                    onDone={() => {
                        setEvent(null);
                        p.again();
                    }}
                />
            ) : (
                <p class="acts">
                    {(events ?? []).map((e, i) => (
                        <Button key={e} weight={i === 0 ? 'main' : 'plain'} onPress={() => setEvent(e)}>
                            {word('referral_event', e)}
                        </Button>
                    ))}
                </p>
            )}
            {!event && r.to === mine && HAS_VISITS.includes(r.state) ? <Visit of={r} again={p.again} /> : null}
        </>
    );
}

export default function Referral(p: { parts: string[] }): JSX.Element {
    const ref_id = p.parts[0] ?? '';
    const one = useCall('referral_show', { ref_id }, [`referral:${ref_id}`]);
    return (
        <>
            <h1>
                {t('つなぎ', 'Referral')} <code>{ref_id.slice(0, 8)}</code>
            </h1>
            <Show of={one}>
                {(a) =>
                    a.referrals[0] ? <One of={a.referrals[0]} again={one.again} /> : <p class="empty">{t('見つかりません', 'Not found')}</p>
                }
            </Show>
        </>
    );
}
