// Open cases as lists; what ended is not among them.
import type { JSX } from 'preact';
import type { WorkLine } from '@api';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Link } from '../../ui/button';
import { Moment, now } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import type { Column } from '../../ui/table';
import { NameCell } from './names';
import { usePages, type Paged } from './pages';
import { Urgency } from './referrals';

export function useCases(box: 'held' | 'alone'): Paged<WorkLine> {
    return usePages({
        name: 'work_list',
        message: { box },
        follows: ['case', 'referral', 'meeting'],
        lines: (a) => ({ rows: a.cases, ...(a.total === undefined ? {} : { total: a.total }) }),
        after: (last) => ({ after: box === 'held' ? last.since : last.received_at, after_case: last.case_id }),
    });
}

const YEAR_MS = 330 * 86_400_000;

/** When it was received; the year is told of what is old. */
function Received(p: { at: string }): JSX.Element {
    const isOld = now.value.getTime() - Date.parse(p.at) > YEAR_MS;
    return <Moment at={p.at} {...(isOld ? { dateOnly: true } : { short: true })} />;
}

function Part(p: { of: WorkLine }): JSX.Element {
    if (p.of.is_lead) return <Badge tone="good">{t('主担当', 'lead')}</Badge>;
    return (
        <>
            {t('支援（主担当：', 'supports (lead: ')}
            <AgencyName code={p.of.lead} />
            {t('）', ')')}
        </>
    );
}

const needsOf = (c: WorkLine): string => c.needs.map((n) => word('need', n)).join('、');

export function heldColumns(): Column<WorkLine>[] {
    return [
        {
            name: t('受付', 'Received'),
            cell: (c) => (
                <Link to={`case/${c.case_id}`}>
                    <Received at={c.received_at} />
                </Link>
            ),
        },
        { name: t('氏名', 'Name'), cell: (c) => <NameCell case_id={c.case_id} what={c.case_id.slice(0, 8)} /> },
        { name: t('課題', 'Needs'), cell: needsOf },
        { name: t('地域・年齢層', 'Area, age'), cell: (c) => `${word('area', c.area)}　${word('age_band', c.age_band)}` },
        { name: t('緊急度', 'Urgency'), cell: (c) => <Urgency of={c.urgency} /> },
        { name: t('役割', 'Part'), cell: (c) => <Part of={c} /> },
    ];
}

export function aloneColumns(): Column<WorkLine>[] {
    return [
        {
            name: t('受付', 'Received'),
            cell: (c) => (
                <>
                    <Received at={c.received_at} /> <code>{c.case_id.slice(0, 8)}</code>
                </>
            ),
        },
        { name: t('主担当', 'Lead'), cell: (c) => <AgencyName code={c.lead} /> },
        { name: t('課題', 'Needs'), cell: needsOf },
        { name: t('地域・年齢層', 'Area, age'), cell: (c) => `${word('area', c.area)}　${word('age_band', c.age_band)}` },
        { name: t('緊急度', 'Urgency'), cell: (c) => <Urgency of={c.urgency} /> },
        { name: t('戻った回数', 'Came back'), cell: (c) => t(`${c.returns}回`, `${c.returns} times`), isNumber: true },
        {
            name: t('次の一手', 'Next'),
            cell: (c) => (
                <>
                    <Link to={`case/${c.case_id}/meeting`}>{t('小会議を求める', 'Call a meeting')}</Link>
                    {t('・', ' · ')}
                    <Link to={`case/${c.case_id}/refer`}>{t('つなぐ', 'Refer')}</Link>
                </>
            ),
        },
    ];
}
