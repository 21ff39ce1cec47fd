// Cases by what happened to them; an auditor sees histories, never what is written in a case. Each asking is itself recorded.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AuditSearch, Reason, ReferralEvent } from '@api';
import { options, t } from '../../text';
import { AgencyName } from '../../ui/agency';
import { AgencyPick } from '../../ui/agency-picker';
import { Button, Link } from '../../ui/button';
import { OPEN, PeriodFields, within } from '../../ui/days';
import { Select } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Table } from '../../ui/table';

const ANSWERS: readonly ReferralEvent[] = ['accept', 'decline', 'withdraw', 'due', 'complete', 'fail', 'retract'];

function Found(p: { of: AuditSearch }): JSX.Element {
    const list = useCall('audit_search', p.of);
    return (
        <Show of={list}>
            {(a) => (
                <Table
                    caption={t('見つかったケース', 'Cases found')}
                    rows={a.cases}
                    rowKey={(c) => c.case_id}
                    empty={t('見つかりません。', 'None found.')}
                    columns={[
                        { name: t('ケース', 'Case'), cell: (c) => <Link to={`audit/case/${c.case_id}`}>{c.case_id.slice(0, 8)}</Link> },
                        { name: t('受付', 'Opened'), cell: (c) => <Moment at={c.opened_at} short /> },
                        { name: t('受付機関', 'By'), cell: (c) => <AgencyName code={c.opened_by} /> },
                        { name: t('主担当', 'Lead'), cell: (c) => <AgencyName code={c.lead} /> },
                        { name: t('引継ぎ', 'Handoffs'), cell: (c) => c.handoffs, isNumber: true },
                        { name: t('差戻し', 'Returns'), cell: (c) => c.returns, isNumber: true },
                        { name: t('終結', 'Closed'), cell: (c) => <Moment at={c.closed_at} short /> },
                    ]}
                />
            )}
        </Show>
    );
}

export default function Search(): JSX.Element {
    const [agency, setAgency] = useState('');
    const [period, setPeriod] = useState(OPEN);
    const [answer, setAnswer] = useState('');
    const [reason, setReason] = useState('');
    const [asked, setAsked] = useState<AuditSearch | null>(null);
    const [round, setRound] = useState(0);
    return (
        <>
            <h1>{t('ケースをさがす', 'Search')}</h1>
            <p class="hint">{t('照会は記録されます。', 'What you ask is recorded.')}</p>
            <form
                onSubmit={(e) => {
                    e.preventDefault();
                    setRound(round + 1); // pressed again, it is asked again
                    setAsked({
                        limit: 200,
                        ...(agency ? { agency } : {}),
                        ...within(period),
                        ...(answer ? { answer: answer as ReferralEvent } : {}),
                        ...(reason ? { reason: reason as Reason } : {}),
                    });
                }}
            >
                <div class="columns">
                    <AgencyPick label={t('機関', 'Agency')} value={agency} onValue={setAgency} />
                    <PeriodFields value={period} onValue={setPeriod} />
                    <Select
                        label={t('回答', 'Answer')}
                        options={options('referral_event', ANSWERS)}
                        empty={t('すべて', 'any')}
                        value={answer}
                        onValue={setAnswer}
                    />
                    <Select
                        label={t('理由', 'Reason')}
                        options={options('reason')}
                        empty={t('すべて', 'any')}
                        value={reason}
                        onValue={setReason}
                    />
                </div>
                <Button type="submit" weight="main">
                    {t('さがす', 'Search')}
                </Button>
            </form>
            {asked ? <Found key={round} of={asked} /> : null}
        </>
    );
}
