// What auditors look for, as lists; and the daily proof that no case was without a lead.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AuditLine, Report } from '@api';
import { options, t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Link } from '../../ui/button';
import { OPEN, PeriodFields, within, type Period } from '../../ui/days';
import { Select } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Due, Moment } from '../../ui/moment';
import { Badge, Notice } from '../../ui/notice';
import { Table, type Column } from '../../ui/table';
import { span } from '../../when';

const LAST: Record<Report, (() => Column<AuditLine>)[]> = {
    bounced: [() => ({ name: t('差戻し', 'Returns'), cell: (l) => l.returns ?? '－', isNumber: true })],
    late: [
        () => ({ name: t('回答', 'Answer'), cell: (l) => (l.answer ? word('referral_event', l.answer) : t('回答なし', 'none')) }),
        () => ({ name: t('遅れ', 'Late by'), cell: (l) => (l.late === undefined ? '－' : span(l.late)), isNumber: true }),
    ],
    expired: [() => ({ name: t('期限', 'Due'), cell: (l) => <Moment at={l.due_at} short /> })],
    unreviewed: [
        () => ({ name: t('閲覧した人', 'Who'), cell: (l) => l.user ?? '－' }),
        () => ({ name: t('理由', 'Why'), cell: (l) => word('emergency_reason', l.emergency) }),
        () => ({ name: t('確認の期限', 'Review due'), cell: (l) => <Due at={l.due_at} /> }),
    ],
    without_consent: [() => ({ name: t('根拠', 'Ground'), cell: (l) => word('legal_basis', l.basis) })],
    without_lead: [],
};

function Lines(p: { report: Report; period: Period }): JSX.Element {
    const list = useCall('audit_report', { report: p.report, limit: 200, ...within(p.period) });
    return (
        <Show of={list}>
            {(a) => (
                <Table
                    caption={word('report', a.report)}
                    rows={a.lines}
                    rowKey={(l) => l.id}
                    empty={t('該当はありません。', 'None.')}
                    columns={[
                        { name: t('ケース', 'Case'), cell: (l) => <Link to={`audit/case/${l.case_id}`}>{l.case_id.slice(0, 8)}</Link> },
                        { name: t('日時', 'When'), cell: (l) => <Moment at={l.at} short /> },
                        { name: t('機関', 'Agency'), cell: (l) => <AgencyName code={l.agency} /> },
                        { name: t('相手', 'Other'), cell: (l) => <AgencyName code={l.counterpart} /> },
                        ...LAST[a.report].map((make) => make()),
                    ]}
                />
            )}
        </Show>
    );
}

function Proofs(): JSX.Element {
    const proofs = useCall('audit_proofs', {});
    return (
        <Show of={proofs}>
            {(a) => (
                <>
                    {a.days.some((d) => d.without_lead > 0 || d.is_same === false) ? (
                        <Notice
                            tone="bad"
                            title={t('主担当のない時間があったケースがあります。', 'A case was without a lead for some time.')}
                        />
                    ) : null}
                    <Table
                        caption={t('主担当機関の毎日の確認', 'Daily proof of leads')}
                        rows={a.days}
                        rowKey={(d) => d.day}
                        empty={t('まだありません。', 'None yet.')}
                        columns={[
                            { name: t('日', 'Day'), cell: (d) => <Moment at={`${d.day}T12:00:00+09:00`} dateOnly /> },
                            { name: t('開いていたケース', 'Open cases'), cell: (d) => d.open.toLocaleString(), isNumber: true },
                            { name: t('主担当あり', 'With a lead'), cell: (d) => d.with_lead.toLocaleString(), isNumber: true },
                            {
                                name: t('主担当なし', 'Without'),
                                cell: (d) => (d.without_lead ? <Badge tone="bad">{d.without_lead}</Badge> : '0'),
                                isNumber: true,
                            },
                            {
                                name: t('ケースとの照合', 'Compared'),
                                cell: (d) =>
                                    d.is_same === undefined ? (
                                        t('なし', 'no')
                                    ) : d.is_same ? (
                                        t('一致', 'same')
                                    ) : (
                                        <Badge tone="bad">{t('不一致', 'differs')}</Badge>
                                    ),
                            },
                        ]}
                    />
                </>
            )}
        </Show>
    );
}

export default function Reports(): JSX.Element {
    const [report, setReport] = useState<Report>('bounced');
    const [period, setPeriod] = useState(OPEN);
    return (
        <>
            <h1>{t('監査報告', 'Reports')}</h1>
            <h2>{t('主担当機関の毎日の確認', 'No case without a lead, day by day')}</h2>
            <Proofs />
            <h2>{t('一覧', 'Lists')}</h2>
            <div class="columns">
                <Select label={t('報告', 'Report')} options={options('report')} value={report} onValue={(v) => setReport(v as Report)} />
                <PeriodFields value={period} onValue={setPeriod} />
            </div>
            <Lines report={report} period={period} />
        </>
    );
}
