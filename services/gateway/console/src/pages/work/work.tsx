// What waits for this person: offers to answer before they are due, what was sent and is not answered yet, and their agency's cases.
import type { JSX } from 'preact';
import type { ReferralLine } from '@api';
import { useCall, Show } from '../../ui/load';
import { AgencyName } from '../../ui/agency';
import { Badge } from '../../ui/notice';
import { Link } from '../../ui/button';
import { Due, Moment } from '../../ui/moment';
import { Table, type Column } from '../../ui/table';
import { t, word } from '../../text';

const OPEN = ['offered', 'accepted', 'in_service', 'on_hold', 'cancel_requested'];

function columns(other: 'from' | 'to'): Column<ReferralLine>[] {
    return [
        { name: t('つなぎ', 'Referral'), cell: (r) => <Link to={`referral/${r.ref_id}`}>{word('referral_kind', r.kind)}</Link> },
        { name: other === 'from' ? t('つなぎ元', 'From') : t('つなぎ先', 'To'), cell: (r) => <AgencyName code={r[other]} /> },
        { name: t('課題', 'Needs'), cell: (r) => r.needs.map((n) => word('need', n)).join('、') },
        {
            name: t('緊急度', 'Urgency'),
            cell: (r) => (
                <Badge tone={r.urgency === 'emergency' ? 'bad' : r.urgency === 'urgent' ? 'warn' : 'plain'}>
                    {word('urgency', r.urgency)}
                </Badge>
            ),
        },
        {
            name: t('状態', 'State'),
            cell: (r) => (
                <>
                    {word('referral_state', r.state)}
                    {r.state === 'offered' && !r.read_at ? <Badge tone="warn">{t('未読', 'unread')}</Badge> : null}
                </>
            ),
        },
        { name: t('回答期限', 'Due'), cell: (r) => (r.state === 'offered' ? <Due at={r.due_at} /> : '－') },
    ];
}

export default function Work(): JSX.Element {
    const inbox = useCall('referral_list', { box: 'inbox' }, ['referral']);
    const sent = useCall('referral_list', { box: 'sent' }, ['referral']);
    const cases = useCall('case_list', { limit: 50 }, ['case']);
    return (
        <>
            <h1>{t('わたしの仕事', 'My work')}</h1>
            <section>
                <h2>{t('回答を待っているつなぎ', 'Waiting for your answer')}</h2>
                <Show of={inbox}>
                    {(a) => (
                        <Table
                            caption={t('回答を待っているつなぎ', 'Waiting for your answer')}
                            columns={columns('from')}
                            rowKey={(r) => r.ref_id}
                            rows={a.referrals.filter((r) => OPEN.includes(r.state))}
                            empty={t('いま回答するものはありません。', 'Nothing waits for your answer.')}
                        />
                    )}
                </Show>
            </section>
            <section>
                <h2>{t('送ったつなぎ', 'Sent, not finished')}</h2>
                <Show of={sent}>
                    {(a) => (
                        <Table
                            caption={t('送ったつなぎ', 'Sent, not finished')}
                            columns={columns('to')}
                            rowKey={(r) => r.ref_id}
                            rows={a.referrals.filter((r) => OPEN.includes(r.state))}
                            empty={t('待っている返事はありません。', 'No answer is awaited.')}
                        />
                    )}
                </Show>
            </section>
            <section>
                <h2>{t('ケース', 'Cases')}</h2>
                <Show of={cases}>
                    {(a) => (
                        <Table
                            caption={t('ケース', 'Cases')}
                            rowKey={(c) => c.case_id}
                            rows={a.cases}
                            empty={t('ケースはまだありません。', 'There are no cases yet.')}
                            columns={[
                                {
                                    name: t('受付', 'Received'),
                                    cell: (c) => (
                                        <Link to={`case/${c.case_id}`}>
                                            <Moment at={c.received_at} short />
                                        </Link>
                                    ),
                                },
                                { name: t('課題', 'Needs'), cell: (c) => c.needs.map((n) => word('need', n)).join('、') },
                                { name: t('地域', 'Area'), cell: (c) => word('area', c.area) },
                                { name: t('緊急度', 'Urgency'), cell: (c) => word('urgency', c.urgency) },
                                { name: t('閲覧範囲', 'Access'), cell: (c) => word('access_level', c.access) },
                            ]}
                        />
                    )}
                </Show>
            </section>
        </>
    );
}
