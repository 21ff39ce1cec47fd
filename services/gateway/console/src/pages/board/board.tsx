// What a coordinator must not lose sight of: what came back, what nobody answered, and the cases that need more than one.
import type { JSX } from 'preact';
import type { ReferralLine } from '@api';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Link } from '../../ui/button';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import { Table, type Column } from '../../ui/table';

const COLUMNS = (): Column<ReferralLine>[] => [
    { name: t('ケース', 'Case'), cell: (r) => <Link to={`case/${r.case_id}`}>{r.case_id.slice(0, 8)}</Link> },
    { name: t('戻ったつなぎ', 'Came back'), cell: (r) => <Link to={`referral/${r.ref_id}`}>{word('referral_state', r.state)}</Link> },
    { name: t('相手', 'From whom'), cell: (r) => <AgencyName code={r.to} /> },
    {
        name: t('理由', 'Reason'),
        cell: (r) => (r.reason ? word('reason', r.reason) : r.state === 'expired' ? t('期限までに回答なし', 'no answer in time') : '－'),
    },
    { name: t('課題', 'Needs'), cell: (r) => r.needs.map((n) => word('need', n)).join('、') },
    {
        name: t('緊急度', 'Urgency'),
        cell: (r) => (
            <Badge tone={r.urgency === 'emergency' ? 'bad' : r.urgency === 'urgent' ? 'warn' : 'plain'}>{word('urgency', r.urgency)}</Badge>
        ),
    },
    { name: t('日時', 'When'), cell: (r) => <Moment at={r.answered_at ?? r.due_at ?? r.drafted_at} short /> },
    { name: t('次の一手', 'Next'), cell: (r) => <Link to={`case/${r.case_id}/refer`}>{t('つなぎ直す', 'Refer again')}</Link> },
];

export default function Board(): JSX.Element {
    const returned = useCall('referral_list', { box: 'returned', limit: 200 }, ['referral']);
    const meetings = useCall('meeting_list', { limit: 100 }, ['meeting']);
    const part = (isExpired: boolean, rows: readonly ReferralLine[]): ReferralLine[] =>
        rows.filter((r) => (r.state === 'expired') === isExpired);
    return (
        <>
            <h1>{t('調整ボード', 'Board')}</h1>
            <Show of={returned}>
                {(a) => (
                    <>
                        <h2>{t('期限切れ（だれも答えていない）', 'Expired: nobody answered')}</h2>
                        <Table
                            caption={t('期限切れ', 'Expired')}
                            rows={part(true, a.referrals)}
                            rowKey={(r) => r.ref_id}
                            columns={COLUMNS()}
                            empty={t('期限切れはありません。', 'None.')}
                        />
                        <h2>{t('差し戻し', 'Returned')}</h2>
                        <Table
                            caption={t('差し戻し', 'Returned')}
                            rows={part(false, a.referrals)}
                            rowKey={(r) => r.ref_id}
                            columns={COLUMNS()}
                            empty={t('差し戻しはありません。', 'None.')}
                        />
                    </>
                )}
            </Show>
            <h2>{t('日程を調整する会議', 'Meetings to arrange')}</h2>
            <Show of={meetings}>
                {(a) => (
                    <Table
                        caption={t('日程を調整する会議', 'Meetings to arrange')}
                        rows={a.meetings.filter((m) => m.state === 'proposed')}
                        rowKey={(m) => m.meeting_id}
                        empty={t('ありません。', 'None.')}
                        columns={[
                            {
                                name: t('会議', 'Meeting'),
                                cell: (m) => <Link to={`meeting/${m.meeting_id}`}>{word('meeting_why', m.called_by)}</Link>,
                            },
                            { name: t('地域', 'Area'), cell: (m) => word('area', m.area) },
                            { name: t('招集', 'Called'), cell: (m) => <Moment at={m.called_at} short /> },
                            { name: t('日程の回答', 'Answers'), cell: (m) => `${m.answered} / ${m.invited}`, isNumber: true },
                        ]}
                    />
                )}
            </Show>
        </>
    );
}
