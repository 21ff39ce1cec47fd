// Pairs of records that may be one person: the coordinator decides, with a reason, and may take it back.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DuplicateLine, DuplicateState } from '@api';
import { call } from '../../net/call';
import { language, options, t, word } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { Link } from '../../ui/button';
import { Radios, TextField } from '../../ui/form';
import { Each, Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';

const PER_MILLE = 1000;

function Pair(p: { of: DuplicateLine; again: () => void }): JSX.Element {
    const d = p.of;
    const act = useAct();
    const [state, setState] = useState<DuplicateState | ''>('');
    const [reason, setReason] = useState('');
    return (
        <article class="candidate">
            <h2>
                <Link to={`case/${d.case_id}`}>{d.case_id.slice(0, 8)}</Link> ・{' '}
                <Link to={`case/${d.other_case}`}>{d.other_case.slice(0, 8)}</Link>
            </h2>
            <p>
                {t('一致の度合い：', 'Score: ')}
                {Math.round((100 * d.score) / PER_MILLE)} %　{word('duplicate_state', d.state)}　<Moment at={d.found_at} short />
            </p>
            <ul>
                {d.reasons.map((r) => (
                    <li key={r.rule}>{language.value === 'ja' ? r.ja : r.en}</li>
                ))}
            </ul>
            <ActForm
                act={act}
                send={t('判断を記録する', 'Record the decision')}
                isReady={state !== '' && reason.trim() !== ''}
                onDone={p.again}
                onSend={(key) => call('duplicate_decide', { duplicate_id: d.duplicate_id, state: state || 'open', reason }, key)}
            >
                <Radios
                    legend={t('判断', 'Decision')}
                    options={options('duplicate_state').filter(([w]) => w !== d.state)}
                    value={state}
                    onValue={(v) => setState(v as DuplicateState)}
                    required
                />
                <TextField
                    label={t('判断の理由', 'Why')}
                    value={reason}
                    onValue={setReason}
                    required
                    wide
                    maxLength={200}
                    hint={t('氏名などは書かない', 'no names')}
                />
            </ActForm>
        </article>
    );
}

export default function Duplicates(): JSX.Element {
    const list = useCall('duplicate_list', { state: 'open' }, ['duplicate']);
    return (
        <>
            <h1>{t('同一人物の確認', 'Possible duplicates')}</h1>
            <p>
                {t(
                    '同じ人かもしれない2つのケースです。迷うときは「未判断」のままで構いません。判断は、あとから取り消せます。ケースを開くと閲覧として記録されます。',
                    'Two cases that may be of one person. When in doubt leave them open; a decision can be taken back. Opening a case is recorded as a reading.',
                )}
            </p>
            <Show of={list}>
                {(a) => (
                    <Each of={a.duplicates} empty={t('確認するものはありません。', 'There is nothing to decide.')}>
                        {(d) => <Pair key={d.duplicate_id} of={d} again={list.again} />}
                    </Each>
                )}
            </Show>
        </>
    );
}
