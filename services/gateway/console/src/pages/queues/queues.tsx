// What waits between the services, and what is parked because it was refused too often: only its own stream waits for it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ParkedMessage, QueueAction } from '@api';
import { call } from '../../net/call';
import { t } from '../../text';
import { useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { TextField } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Fault } from '../../ui/notice';
import { Table } from '../../ui/table';
import { span } from '../../when';

const SERVICES = ['intake', 'referral', 'meeting', 'audit', 'account', 'keys'] as const;

function Parked(p: { service: string; of: ParkedMessage; again: () => void }): JSX.Element {
    const act = useAct();
    const [reason, setReason] = useState('');
    const m = p.of;
    const go = (action: QueueAction): void => {
        void act
            .run((key) => call('queue_act', { service: p.service, message_id: m.id, action, ...(reason ? { reason } : {}) }, key))
            .then((isGood) => isGood && p.again());
    };
    return (
        <article class="candidate">
            <h3>
                {m.type} → {m.to}
            </h3>
            <p>
                {m.why}（{m.status}、{t(`${m.attempts}回`, `${m.attempts} tries`)}、<Moment at={m.parked_at} short />）
            </p>
            <TextField
                label={t('飛ばす理由（記録に残ります）', 'Why it is skipped (recorded)')}
                value={reason}
                onValue={setReason}
                maxLength={400}
                wide
            />
            <Fault of={act.problem} />
            <p class="acts">
                <Button weight="main" busy={act.isBusy} onPress={() => go('retry')}>
                    {t('もう一度送る', 'Try again')}
                </Button>
                <Button weight="danger" disabled={!reason.trim()} onPress={() => go('skip')}>
                    {t('飛ばす', 'Skip')}
                </Button>
            </p>
        </article>
    );
}

function Of(p: { service: string }): JSX.Element {
    const status = useCall('queue_status', { service: p.service });
    const parked = useCall('queue_parked', { service: p.service });
    return (
        <section>
            <h2>{p.service}</h2>
            <Show of={status}>
                {(s) => (
                    <Table
                        caption={p.service}
                        rows={s.lines}
                        rowKey={(l) => l.to}
                        empty={t('待っているものはありません。', 'Nothing waits.')}
                        columns={[
                            { name: t('宛先', 'To'), cell: (l) => l.to },
                            { name: t('待ち', 'Waiting'), cell: (l) => l.waiting, isNumber: true },
                            { name: t('停止', 'Parked'), cell: (l) => l.parked, isNumber: true },
                            { name: t('最も古いもの', 'Oldest'), cell: (l) => span(l.oldest_ms / 1000), isNumber: true },
                        ]}
                    />
                )}
            </Show>
            {parked.value?.messages.map((m) => (
                <Parked
                    key={m.id}
                    service={p.service}
                    of={m}
                    again={() => {
                        parked.again();
                        status.again();
                    }}
                />
            ))}
        </section>
    );
}

export default function Queues(): JSX.Element {
    return (
        <>
            <h1>{t('伝達の状態', 'Queues')}</h1>
            {SERVICES.map((s) => (
                <Of key={s} service={s} />
            ))}
        </>
    );
}
