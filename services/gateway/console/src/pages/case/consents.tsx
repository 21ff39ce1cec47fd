// What the person agreed to: for what, which items, with whom, until when; and the taking back of it, which is asked about once.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseView, ConsentLine, Reason } from '@api';
import { call } from '../../net/call';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Button } from '../../ui/button';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Badge } from '../../ui/notice';
import { AskWhy } from '../../ui/reason';
import { Table } from '../../ui/table';
import { ConsentForm } from './consent-form';

const REASONS: readonly Reason[] = ['person_declined', 'no_longer_needed', 'moved', 'died', 'mistake', 'other'];

function items(c: ConsentLine): string {
    return c.items.map((i) => word('item', i)).join('、');
}

function With(p: { of: ConsentLine }): JSX.Element {
    const { receivers } = p.of;
    return receivers.length ? (
        <>
            {receivers.map((r, i) => (
                <span key={r}>
                    {i ? '、' : ''}
                    <AgencyName code={r} />
                </span>
            ))}
        </>
    ) : (
        <>{t('支援に必要な機関', 'whom support needs')}</>
    );
}

function Withdraw(p: { of: ConsentLine; onDone: () => void; onClose: () => void }): JSX.Element {
    return (
        <AskWhy
            title={t('同意の撤回を記録しますか', 'Record that the consent is withdrawn?')}
            yes={t('撤回を記録する', 'Record the withdrawal')}
            label={t('撤回の理由', 'Why')}
            reasons={REASONS}
            onClose={p.onClose}
            onDone={p.onDone}
            onYes={(reason, key) => call('consent_withdraw', { consent_id: p.of.consent_id, reason }, key)}
        >
            <p>
                {t(
                    'この同意による新しい提供は、すぐに止まります。情報を受け取った機関には、利用を止めるよう回収の依頼が届きます。元には戻せません。',
                    'New sharing on this consent stops at once, and whoever received anything is asked to stop using it. It cannot be undone.',
                )}
            </p>
            <p>
                {word('purpose', p.of.purpose)}：{items(p.of)}　→　
                <With of={p.of} />
            </p>
        </AskWhy>
    );
}

function state(c: ConsentLine, mayChange: boolean, onWithdraw: () => void): JSX.Element {
    if (c.withdrawn_at)
        return (
            <>
                <Badge tone="bad">{t('撤回', 'withdrawn')}</Badge>
                <Moment at={c.withdrawn_at} short />
                {c.recalls_open ? (
                    <p>{t(`回収の返事を待つ機関：${c.recalls_open}`, `agencies that have not answered: ${c.recalls_open}`)}</p>
                ) : null}
            </>
        );
    if (Date.parse(c.until) < Date.now()) return <Badge>{t('期限切れ', 'over')}</Badge>;
    return mayChange ? (
        <Button
            onPress={onWithdraw}
            label={t(`「${word('purpose', c.purpose)}」の同意の撤回を記録する`, `Withdraw the consent for ${word('purpose', c.purpose)}`)}
        >
            {t('撤回', 'Withdraw')}
        </Button>
    ) : (
        <Badge tone="good">{t('有効', 'valid')}</Badge>
    );
}

export function Consents(p: { view: CaseView }): JSX.Element {
    const case_id = p.view.case_id;
    const consents = useCall('consent_list', { case_id }, [`case:${case_id}`]);
    const [leaving, setLeaving] = useState<ConsentLine | null>(null);
    const [isGiving, setGiving] = useState(false);
    const mayChange = p.view.access === 'member';
    if (isGiving)
        return (
            <ConsentForm
                view={p.view}
                onBack={() => setGiving(false)}
                onDone={() => {
                    setGiving(false);
                    consents.again();
                }}
            />
        );
    return (
        <>
            {mayChange ? (
                <p class="acts">
                    <Button weight="main" onPress={() => setGiving(true)}>
                        {t('同意を記録する', 'Record a consent')}
                    </Button>
                </p>
            ) : null}
            <Show of={consents}>
                {(a) => (
                    <Table
                        caption={t('同意', 'Consents')}
                        rows={a.consents}
                        rowKey={(c) => c.consent_id}
                        empty={t('同意の記録はありません。', 'No consent is recorded.')}
                        columns={[
                            {
                                name: t('目的', 'For'),
                                cell: (c) => (
                                    <>
                                        {word('purpose', c.purpose)}
                                        {c.person_id === case_id ? null : <Badge>{t('世帯員', 'of a household member')}</Badge>}
                                    </>
                                ),
                            },
                            { name: t('項目', 'Items'), cell: items },
                            { name: t('相手', 'With'), cell: (c) => <With of={c} /> },
                            {
                                name: t('期間', 'Time'),
                                cell: (c) => (
                                    <>
                                        <Moment at={c.given_at} dateOnly />
                                        {t('〜', ' – ')}
                                        <Moment at={c.until} dateOnly />
                                    </>
                                ),
                            },
                            { name: t('確認', 'Shown by'), cell: (c) => word('evidence', c.evidence) },
                            { name: t('状態', 'State'), cell: (c) => state(c, mayChange, () => setLeaving(c)) },
                        ]}
                    />
                )}
            </Show>
            {leaving ? (
                <Withdraw
                    of={leaving}
                    onClose={() => setLeaving(null)}
                    onDone={() => {
                        setLeaving(null);
                        consents.again();
                    }}
                />
            ) : null}
        </>
    );
}
