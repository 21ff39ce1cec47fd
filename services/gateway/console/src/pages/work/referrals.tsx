// Referrals as lists: one look tells what is late, what nobody has opened and whose turn it is.
import type { JSX } from 'preact';
import type { ReferralLine } from '@api';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Link } from '../../ui/button';
import { Due, Moment, now } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import type { Column } from '../../ui/table';
import { NameCell } from './names';
import { usePages, type Paged } from './pages';

type Box = 'answer' | 'active' | 'awaited' | 'running' | 'back' | 'expired' | 'refused';

const BEGINNING = '1970-01-01T00:00:00Z';

/** The referrals of a box, page by page. */
export function useBox(box: Box): Paged<ReferralLine> {
    const byReturn = box === 'back' || box === 'expired' || box === 'refused';
    return usePages({
        name: 'referral_list',
        message: { box },
        follows: ['referral', 'case'],
        lines: (a) => ({ rows: a.referrals, ...(a.total === undefined ? {} : { total: a.total }) }),
        after: (last) => ({ after: (byReturn ? (last.answered_at ?? last.drafted_at) : last.due_at) ?? BEGINNING, after_ref: last.ref_id }),
    });
}

export function Urgency(p: { of: ReferralLine['urgency'] }): JSX.Element {
    return <Badge tone={p.of === 'emergency' ? 'bad' : p.of === 'urgent' ? 'warn' : 'plain'}>{word('urgency', p.of)}</Badge>;
}

const isOpen = (r: ReferralLine): boolean => r.state === 'offered' || r.state === 'cancel_requested';

function DueOf(p: { of: ReferralLine }): JSX.Element {
    const r = p.of;
    if (!isOpen(r) || !r.due_at) return <>－</>;
    return (
        <>
            <Due at={r.due_at} />
            {new Date(r.due_at) < now.value ? <Badge tone="bad">{t('期限超過', 'overdue')}</Badge> : null}
        </>
    );
}

function StateOf(p: { of: ReferralLine }): JSX.Element {
    const r = p.of;
    return (
        <>
            {word('referral_state', r.state)}
            {r.state === 'offered' && !r.read_at ? <Badge tone="warn">{t('未読', 'unread')}</Badge> : null}
            {r.state === 'draft' ? <Badge tone="warn">{t('まだ送っていません', 'not sent yet')}</Badge> : null}
            {r.state === 'cancel_requested' ? <Badge tone="warn">{t('取消の返事待ち', 'asks to cancel')}</Badge> : null}
        </>
    );
}

const needsOf = (r: { needs: ReferralLine['needs'] }): string => r.needs.map((n) => word('need', n)).join('、');

/** Somebody who received it sees the name only when it was disclosed. */
function Whose(p: { of: ReferralLine; isReceived: boolean }): JSX.Element {
    const r = p.of;
    if (p.isReceived && isOpen(r) && !r.items.includes('identity')) return <>{t('示されていません', 'not disclosed')}</>;
    return <NameCell case_id={r.case_id} what={`${word('referral_kind', r.kind)} ${r.ref_id.slice(0, 8)}`} />;
}

export function columnsOf(box: 'answer' | 'active' | 'awaited' | 'running'): Column<ReferralLine>[] {
    const isReceived = box === 'answer' || box === 'active';
    const hasDue = box === 'answer' || box === 'awaited';
    return [
        { name: t('つなぎ', 'Referral'), cell: (r) => <Link to={`referral/${r.ref_id}`}>{word('referral_kind', r.kind)}</Link> },
        { name: t('氏名', 'Name'), cell: (r) => <Whose of={r} isReceived={isReceived} /> },
        { name: isReceived ? t('つなぎ元', 'From') : t('つなぎ先', 'To'), cell: (r) => <AgencyName code={isReceived ? r.from : r.to} /> },
        { name: t('課題', 'Needs'), cell: needsOf },
        { name: t('緊急度', 'Urgency'), cell: (r) => <Urgency of={r.urgency} /> },
        { name: t('状態', 'State'), cell: (r) => <StateOf of={r} /> },
        hasDue
            ? { name: t('回答期限', 'Due'), cell: (r) => <DueOf of={r} /> }
            : { name: t('送った日時', 'Sent'), cell: (r) => <Moment at={r.drafted_at} short /> },
    ];
}

/** What came back: why, and what comes next. Whoever reads it for all agencies sees who sent it, and no name. */
export function backColumns(isBoard: boolean): Column<ReferralLine>[] {
    return [
        { name: t('戻ったつなぎ', 'Came back'), cell: (r) => <Link to={`referral/${r.ref_id}`}>{word('referral_state', r.state)}</Link> },
        isBoard
            ? { name: t('つなぎ元', 'Sent by'), cell: (r) => <AgencyName code={r.from} /> }
            : { name: t('氏名', 'Name'), cell: (r) => <Whose of={r} isReceived={false} /> },
        { name: t('相手', 'From whom'), cell: (r) => <AgencyName code={r.to} /> },
        {
            name: t('理由', 'Reason'),
            cell: (r) =>
                r.reason ? word('reason', r.reason) : r.state === 'expired' ? t('期限までに回答なし', 'no answer in time') : '－',
        },
        { name: t('課題', 'Needs'), cell: needsOf },
        { name: t('緊急度', 'Urgency'), cell: (r) => <Urgency of={r.urgency} /> },
        { name: t('戻った日時', 'When'), cell: (r) => <Moment at={r.answered_at ?? r.drafted_at} short /> },
        { name: t('次の一手', 'Next'), cell: (r) => <Link to={`case/${r.case_id}/refer`}>{t('つなぎ直す', 'Refer again')}</Link> },
    ];
}
