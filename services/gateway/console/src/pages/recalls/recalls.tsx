// Consents that were withdrawn: every holder says what it did with what it was given.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RecallLine, RecallOutcome } from '@api';
import { call } from '../../net/call';
import { options, t, word } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { Radios } from '../../ui/form';
import { Each, Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';

function One(p: { of: RecallLine; again: () => void }): JSX.Element {
    const act = useAct();
    const [outcome, setOutcome] = useState<RecallOutcome | ''>('');
    return (
        <article class="candidate">
            <h2>
                {t('ケース', 'Case')} {p.of.case_id.slice(0, 8)}
            </h2>
            <p>
                {t('対象：', 'What: ')}
                {p.of.items.map((i) => word('item', i)).join('、')}　<Moment at={p.of.sent_at} short />
            </p>
            <ActForm
                act={act}
                send={t('回答する', 'Answer')}
                isReady={outcome !== ''}
                onDone={p.again}
                onSend={(key) => call('recall_ack', { recall_id: p.of.recall_id, outcome: outcome || ('returned' as RecallOutcome) }, key)}
            >
                <Radios
                    legend={t('どうしましたか', 'What was done')}
                    options={options('recall_outcome')}
                    value={outcome}
                    onValue={(v) => setOutcome(v as RecallOutcome)}
                    required
                />
            </ActForm>
        </article>
    );
}

export default function Recalls(): JSX.Element {
    const list = useCall('recall_list', {}, ['recall']);
    return (
        <>
            <h1>{t('同意撤回への対応', 'Withdrawn consents')}</h1>
            <p>
                {t(
                    '本人が同意を撤回しました。渡された情報の利用を止め、どうしたかを答えてください。印刷やメモも対象です。',
                    'The person took a consent back. Stop using what you were given, prints and notes too, and say what was done with it.',
                )}
            </p>
            <Show of={list}>
                {(a) => (
                    <Each of={a.recalls} empty={t('対応するものはありません。', 'Nothing to answer.')}>
                        {(r) => <One key={r.recall_id} of={r} again={list.again} />}
                    </Each>
                )}
            </Show>
        </>
    );
}
