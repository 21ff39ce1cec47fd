// What waits between the services, and what stands still because it was refused too often: what it is, since when and why, and what each
// answer to it does. Only its own stream waits for it; the answer is asked for once more before it is given.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ParkedMessage, QueueAction, QueueLine } from '@api';
import { call } from '../../net/call';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { TextField } from '../../ui/form';
import { Show, useCall, type Loaded } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';
import { span } from '../../when';
import { answerWords, messageWords, SERVICE_NAMES, serviceWords } from './words';

const REASON_BYTES = 200;

function Retry(p: { onClose: () => void; onDone: () => void; onYes: (key: string) => Promise<unknown> }): JSX.Element {
    return (
        <Ask
            title={t('もう一度送りますか', 'Send it again?')}
            yes={t('もう一度送る', 'Send again')}
            onClose={p.onClose}
            onYes={p.onYes}
            onDone={p.onDone}
        >
            <p>
                {t(
                    '同じ知らせをもう一度送ります。二重に記録されることはありません。止まった理由がなくなっていなければ、またここに出ます。',
                    'The same is sent again; nothing is recorded twice. If what stopped it is still there, it comes back here.',
                )}
            </p>
        </Ask>
    );
}

function Skip(p: { onClose: () => void; onDone: () => void; onYes: (key: string, reason: string) => Promise<unknown> }): JSX.Element {
    const [reason, setReason] = useState('');
    const isLong = new TextEncoder().encode(reason.trim()).length > REASON_BYTES;
    return (
        <Ask
            title={t('この知らせを飛ばしますか', 'Skip it?')}
            yes={t('飛ばす', 'Skip')}
            isReady={reason.trim() !== '' && !isLong}
            onClose={p.onClose}
            onYes={(key) => p.onYes(key, reason.trim())}
            onDone={p.onDone}
        >
            <p>
                {t(
                    'この知らせは、相手に届かないままになります。取り消せません。後ろで待っている知らせは流れ始めます。原因を直せるときは、先に「もう一度送る」を試してください。',
                    'It will never arrive, and this cannot be taken back; what waits behind it goes on. Where the cause can be mended, try sending again first.',
                )}
            </p>
            <TextField
                label={t('飛ばす理由（記録に残ります。個人の情報は書かない）', 'Why (recorded; nothing about people)')}
                value={reason}
                onValue={setReason}
                required
                fault={isLong ? t('60文字くらいまでにしてください', 'Too long') : undefined}
                wide
            />
        </Ask>
    );
}

function Parked(p: { service: string; of: ParkedMessage; again: () => void }): JSX.Element {
    const [asked, setAsked] = useState<QueueAction | null>(null);
    const m = p.of;
    const act = (action: QueueAction, key: string, reason?: string): Promise<unknown> =>
        call('queue_act', { service: p.service, message_id: m.id, action, ...(reason ? { reason } : {}) }, key);
    const close = (): void => setAsked(null);
    const done = (): void => {
        close();
        p.again();
    };
    const from = serviceWords(p.service);
    const to = serviceWords(m.to);
    return (
        <article class="candidate">
            <h3>{t(`${from}から${to}へ：${messageWords(m.type)}`, `From ${from} to ${to}: ${messageWords(m.type)}`)}</h3>
            <Facts
                of={[
                    [t('止まっている理由', 'Why it stands'), m.why ? `${answerWords(m.status)}（${m.why}）` : answerWords(m.status)],
                    [t('いつから', 'Since'), <Moment at={m.parked_at} />],
                    [t('試した回数', 'Tries'), t(`${m.attempts}回`, `${m.attempts}`)],
                    [t('問い合わせ用', 'For support'), <code>{`${m.type} ${m.id} (${m.status || '－'})`}</code>],
                ]}
            />
            <p class="hint">
                {t(
                    '同じケースの後続の知らせが、この後ろで待っています。ほかのケースには影響しません。',
                    'What follows of the same case waits behind it; other cases are not touched.',
                )}
            </p>
            <p class="acts">
                <Button weight="main" onPress={() => setAsked('retry')}>
                    {t('もう一度送る', 'Try again')}
                </Button>
                <Button weight="danger" onPress={() => setAsked('skip')}>
                    {t('飛ばす', 'Skip')}
                </Button>
            </p>
            {asked === 'retry' ? <Retry onClose={close} onDone={done} onYes={(key) => act('retry', key)} /> : null}
            {asked === 'skip' ? <Skip onClose={close} onDone={done} onYes={(key, reason) => act('skip', key, reason)} /> : null}
        </article>
    );
}

interface Waiting {
    service: string;
    line: QueueLine;
}

/** One service's share of the page; `service` never changes. */
interface Part {
    service: string;
    status: Loaded<{ lines: QueueLine[] }>;
    parked: Loaded<{ messages: ParkedMessage[] }>;
}

function useParts(): Part[] {
    return SERVICE_NAMES.map((service) => ({
        service,
        status: useCall('queue_status', { service }),
        parked: useCall('queue_parked', { service }),
    }));
}

function Stopped(p: { parts: readonly Part[] }): JSX.Element {
    const all = p.parts.flatMap((x) => (x.parked.value?.messages ?? []).map((m) => ({ part: x, m })));
    const isAllHere = p.parts.every((x) => x.parked.value !== undefined);
    return (
        <section>
            <h2>{t('止まっている知らせ', 'What stands still')}</h2>
            {p.parts.map((x) =>
                x.parked.problem ? (
                    <Show key={x.service} of={x.parked}>
                        {() => null}
                    </Show>
                ) : null,
            )}
            {isAllHere && !all.length ? (
                <Notice tone="good" live={false} title={t('止まっている知らせはありません。', 'Nothing stands still.')} />
            ) : null}
            {all.map(({ part, m }) => (
                <Parked
                    key={m.id}
                    service={part.service}
                    of={m}
                    again={() => {
                        part.parked.again();
                        part.status.again();
                    }}
                />
            ))}
        </section>
    );
}

export default function Queues(): JSX.Element {
    const parts = useParts();
    const lines = parts.flatMap((x) => (x.status.value?.lines ?? []).map((line): Waiting => ({ service: x.service, line })));
    return (
        <>
            <h1>{t('伝達の状態', 'Queues')}</h1>
            <p>
                {t(
                    '機能どうしの知らせは、届くまで自動で送り直されます。何度も断られたものだけが止まり、ここで人の判断を待ちます。',
                    'What services tell one another is sent until it arrives. Only what was refused many times stands still here until somebody decides.',
                )}
            </p>
            <Stopped parts={parts} />
            <section>
                <h2>{t('送信を待っている知らせ', 'What waits to be sent')}</h2>
                <div aria-busy={parts.some((x) => x.status.isBusy)}>
                    <Table
                        caption={t('送信を待っている知らせ', 'What waits to be sent')}
                        rows={lines}
                        rowKey={(w) => `${w.service} ${w.line.to}`}
                        empty={t('待っている知らせはありません。', 'Nothing waits.')}
                        columns={[
                            { name: t('どこから', 'From'), cell: (w) => serviceWords(w.service) },
                            { name: t('どこへ', 'To'), cell: (w) => serviceWords(w.line.to) },
                            { name: t('待ち', 'Waiting'), cell: (w) => w.line.waiting, isNumber: true },
                            { name: t('うち停止', 'Standing'), cell: (w) => w.line.parked, isNumber: true },
                            { name: t('最も古いもの', 'Oldest'), cell: (w) => span(w.line.oldest_ms / 1000), isNumber: true },
                        ]}
                    />
                </div>
            </section>
        </>
    );
}
