// The custody of one case: a picture, its table, and every step with the time it took.
import type { JSX } from 'preact';
import type { AuditStep } from '@api';
import { CustodyPicture } from '../../picture/custody';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge, Notice } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';
import { span } from '../../when';
import { Evidence } from './evidence';

const took = (seconds: number | undefined): string => (seconds === undefined ? '－' : span(seconds));

function Steps(p: { of: readonly AuditStep[] }): JSX.Element {
    return (
        <Table
            caption={t('つなぎの経過', 'Steps')}
            rows={p.of}
            rowKey={(s) => s.ref_id}
            empty={t('つなぎはありません。', 'No referral.')}
            columns={[
                { name: t('送付', 'Offered'), cell: (s) => <Moment at={s.offered_at} short /> },
                { name: t('だれから', 'From'), cell: (s) => <AgencyName code={s.sender} /> },
                { name: t('だれへ', 'To'), cell: (s) => <AgencyName code={s.receiver} /> },
                { name: t('開封まで', 'Opened after'), cell: (s) => took(s.opened_after), isNumber: true },
                {
                    name: t('回答', 'Answer'),
                    cell: (s) => (
                        <>
                            {s.answer ? word('referral_event', s.answer) : t('回答待ち', 'waiting')}{' '}
                            {s.is_late ? <Badge tone="bad">{t('期限後', 'late')}</Badge> : null}
                        </>
                    ),
                },
                { name: t('回答まで', 'Answered after'), cell: (s) => took(s.answered_after), isNumber: true },
                { name: t('理由', 'Reason'), cell: (s) => (s.reason ? word('reason', s.reason) : '－') },
                { name: t('その後', 'Outcome'), cell: (s) => (s.outcome ? word('referral_event', s.outcome) : '－') },
            ]}
        />
    );
}

export default function Timeline(p: { parts: string[] }): JSX.Element {
    const case_id = p.parts[0] ?? '';
    const line = useCall('audit_timeline', { case_id });
    return (
        <>
            <h1>
                {t('ケースの経緯', 'Custody of a case')} <code>{case_id.slice(0, 8)}</code>
            </h1>
            <Show of={line}>
                {(a) => (
                    <>
                        {a.is_cut ? (
                            <Notice
                                tone="warn"
                                live={false}
                                title={t('長いため、途中までを表示しています。', 'Only the beginning is shown.')}
                            />
                        ) : null}
                        <Facts
                            of={[
                                [
                                    t('受付', 'Opened'),
                                    <>
                                        <Moment at={a.opened_at} />　<AgencyName code={a.opened_by} />
                                    </>,
                                ],
                                [t('いまの主担当', 'Lead now'), a.closed_at ? t('終結', 'closed') : <AgencyName code={a.lead} />],
                                [t('引継ぎ', 'Handoffs'), t(`${a.handoffs}回`, String(a.handoffs))],
                                [t('差戻し', 'Returns'), t(`${a.returns}回`, String(a.returns))],
                                a.closed_at ? [t('終結', 'Closed'), <Moment at={a.closed_at} />] : null,
                            ]}
                        />
                        <h2>{t('だれが担当していたか', 'Who held it')}</h2>
                        <CustodyPicture stretches={a.custody} steps={a.steps} />
                        <Table
                            caption={t('主担当の移り変わり', 'Leads')}
                            rows={a.custody}
                            rowKey={(s) => s.since}
                            empty="－"
                            columns={[
                                { name: t('機関', 'Agency'), cell: (s) => <AgencyName code={s.agency} /> },
                                { name: t('から', 'Since'), cell: (s) => <Moment at={s.since} /> },
                                { name: t('まで', 'Until'), cell: (s) => (s.until ? <Moment at={s.until} /> : t('現在', 'now')) },
                                { name: t('期間', 'For'), cell: (s) => span(s.seconds), isNumber: true },
                                { name: t('きっかけ', 'Because of'), cell: (s) => word('custody_cause', s.cause) },
                            ]}
                        />
                        <h2>{t('つなぎの経過', 'Every step')}</h2>
                        <Steps of={a.steps} />
                        <div class="no-print">
                            <Evidence case_id={case_id} />
                        </div>
                    </>
                )}
            </Show>
        </>
    );
}
