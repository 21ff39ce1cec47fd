// One referral as its sender or receiver sees it: where it stands, until when an answer is due, and what can be done with it now.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Reason, ReferralEvent, ReferralLine } from '@api';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { t, word } from '../../text';
import { useAct } from '../../ui/act';
import { AgencyName } from '../../ui/agency';
import { Button, Link } from '../../ui/button';
import { DayField } from '../../ui/days';
import { Select } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Due, Moment } from '../../ui/moment';
import { Badge, Fault, Notice } from '../../ui/notice';
import { Facts } from '../../ui/table';
import { CARRIES_ON, eventsOf, followsOf, reasonsOf } from './events';
import { Visit } from './visit';

const HAS_VISITS: readonly string[] = ['accepted', 'in_service', 'on_hold'];

function Act(p: { of: ReferralLine; event: ReferralEvent; onDone: () => void; onBack: () => void }): JSX.Element {
    const [reason, setReason] = useState('');
    const [review, setReview] = useState('');
    const act = useAct();
    const reasons = reasonsOf(p.event, p.of);
    const needsReason = reasons.length > 0;
    const send = (key: string): Promise<unknown> =>
        call(
            'referral_act',
            {
                ref_id: p.of.ref_id,
                event: p.event,
                ...(reason ? { reason: reason as Reason } : {}),
                ...(review ? { review_at: `${review}T09:00:00+09:00` } : {}),
            },
            key,
        );
    return (
        <form
            class="group"
            onSubmit={(e) => {
                e.preventDefault();
                if (!needsReason || reason) void act.run(send).then((isGood) => isGood && p.onDone());
            }}
        >
            <h2>{word('referral_event', p.event)}</h2>
            <Notice tone="info" live={false} title={followsOf(p.event, p.of)} />
            {needsReason ? (
                <Select
                    label={t('理由', 'Reason')}
                    options={reasons.map((r) => [r, word('reason', r)] as const)}
                    empty={t('選んでください', 'Choose')}
                    value={reason}
                    onValue={setReason}
                    required
                />
            ) : null}
            {p.event === 'hold' ? <DayField label={t('見直す日', 'Review on')} value={review} onValue={setReview} /> : null}
            <Fault of={act.problem} />
            <p class="acts">
                <Button type="submit" weight="main" busy={act.isBusy}>
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
    const events = eventsOf(r, mine, who.value?.role);
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
                    r.reason ? [t('理由', 'Reason'), word('reason', r.reason)] : null,
                    r.visit !== 'none' ? [t('来所・訪問', 'Contact'), word('visit', r.visit)] : null,
                ]}
            />
            <details>
                <summary>{t('くわしく（根拠・開封・回答）', 'More (ground, opened, answered)')}</summary>
                <Facts
                    of={[
                        [t('根拠', 'Ground'), word('legal_basis', r.basis)],
                        [t('開封', 'Opened'), <Moment at={r.read_at} />],
                        [t('回答', 'Answered'), <Moment at={r.answered_at} />],
                    ]}
                />
            </details>
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
                    {events.map((e) => (
                        <Button key={e} weight={CARRIES_ON.has(e) ? 'main' : 'plain'} onPress={() => setEvent(e)}>
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
