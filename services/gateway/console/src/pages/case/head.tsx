// What matters first of a case: who leads it, and what is due next, before anything of its contents.
import type { JSX } from 'preact';
import type { ReferralLine } from '@api';
import { who } from '../../net/session';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Link } from '../../ui/button';
import { useCall } from '../../ui/load';
import { Due, Moment } from '../../ui/moment';
import { Badge } from '../../ui/notice';

const OPEN: readonly string[] = ['draft', 'offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested'];

function Running(p: { of: ReferralLine }): JSX.Element {
    const r = p.of;
    return (
        <li>
            <Link to={`referral/${r.ref_id}`}>
                {word('referral_kind', r.kind)} → <AgencyName code={r.to} />
            </Link>
            　<Badge tone={r.state === 'offered' ? 'warn' : 'plain'}>{word('referral_state', r.state)}</Badge>
            {r.state === 'offered' && r.due_at ? (
                <>
                    　{t('回答期限：', 'answer due: ')}
                    <Due at={r.due_at} />
                </>
            ) : null}
            {r.visit !== 'none' ? <>　{word('visit', r.visit)}</> : null}
        </li>
    );
}

export function Head(p: { case_id: string }): JSX.Element | null {
    const follows = [`case:${p.case_id}`];
    const custody = useCall('custody_show', { case_id: p.case_id }, follows).value;
    const list = useCall('referral_list', { box: 'case', case_id: p.case_id, limit: 200 }, follows).value;
    const running = list?.referrals.filter((r) => OPEN.includes(r.state)) ?? [];
    if (!custody) return null;
    const isMine = custody.lead === who.value?.agency;
    return (
        <section class="head-facts" aria-label={t('いまの状況', 'Where it stands')}>
            <p>
                {custody.is_closed ? (
                    <strong>{t('終結したケースです', 'This case is closed')}</strong>
                ) : (
                    <>
                        {t('主担当：', 'Lead: ')}
                        <strong>
                            <AgencyName code={custody.lead} />
                        </strong>
                        {isMine ? t('（あなたの機関）', ' (your agency)') : ''}　
                        <Moment at={custody.since} short />
                        {t('から', ' on')}
                    </>
                )}
            </p>
            {custody.returns ? <p>{t(`差し戻し：${custody.returns}回`, `Came back: ${custody.returns}`)}</p> : null}
            {running.length ? (
                <ul>
                    {running.map((r) => (
                        <Running key={r.ref_id} of={r} />
                    ))}
                </ul>
            ) : list && isMine && !custody.is_closed ? (
                <p>{t('進行中のつなぎはありません。', 'No referral is under way.')}</p>
            ) : null}
        </section>
    );
}
