// The directory as the city's plans have it, put in file by file: agencies, programmes, needs, who receives what by law, grounds, codes.
// What is put in is the same for everybody from then on, so it is shown and asked about first; each refusal is told with its line.
import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { AgencyPut } from '@api';
import { call } from '../../net/call';
import { Problem } from '../../net/problem';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { Select, TextArea } from '../../ui/form';
import { Notice } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';
import { entriesOf, FILES, fileWords, type Entry, type FileKind } from './lines';

interface Refused {
    where: string;
    why: string;
}

interface Outcome {
    done: number;
    all: number;
    counts: Record<string, number>;
    refused: readonly Refused[];
}

/** One after the other; a refusal does not stop the others, a broken line does. */
async function putAll(entries: readonly Entry[], tell: (outcome: Outcome) => void): Promise<void> {
    const counts: Record<string, number> = {};
    const refused: Refused[] = [];
    for (const [i, entry] of entries.entries()) {
        try {
            // each name goes with its own message; one shape stands for all of them
            const answer = await call(entry.name as 'agency_put', entry.message as unknown as AgencyPut);
            counts[answer.outcome] = (counts[answer.outcome] ?? 0) + 1;
        } catch (e) {
            if (!(e instanceof Problem) || e.isPassing || e.http === 401) throw e;
            refused.push({ where: entry.where, why: e.words });
        }
        tell({ done: i + 1, all: entries.length, counts: { ...counts }, refused: [...refused] });
    }
}

function Told(p: { of: Outcome }): JSX.Element {
    const { done, all, counts, refused } = p.of;
    return (
        <section>
            <p role="status">{t(`${all}件中 ${done}件`, `${done} of ${all}`)}</p>
            <Facts
                of={[
                    [t('追加', 'Added'), counts['added'] ?? 0],
                    [t('変更', 'Changed'), counts['changed'] ?? 0],
                    [t('変わりなし', 'Unchanged'), counts['unchanged'] ?? 0],
                    [t('登録できなかった', 'Refused'), refused.length],
                ]}
            />
            {refused.length ? (
                <Table
                    caption={t('登録できなかった行', 'Refused lines')}
                    rows={refused}
                    rowKey={(r) => r.where}
                    empty="－"
                    columns={[
                        { name: t('行', 'Line'), cell: (r) => r.where },
                        { name: t('理由', 'Why'), cell: (r) => r.why },
                    ]}
                />
            ) : null}
        </section>
    );
}

export default function Directory(): JSX.Element {
    const id = useId();
    const file = useRef<HTMLInputElement>(null);
    const [kind, setKind] = useState<FileKind>('agencies');
    const [text, setText] = useState('');
    const [entries, setEntries] = useState<readonly Entry[] | null>(null);
    const [fault, setFault] = useState('');
    const [outcome, setOutcome] = useState<Outcome | null>(null);
    const read = (): void => {
        try {
            const found = entriesOf(kind, text);
            setFault(found.length ? '' : t('登録する行がありません', 'There is nothing to put in'));
            setEntries(found.length ? found : null);
        } catch (e) {
            setFault(e instanceof Error ? e.message : '');
        }
    };
    const take = (chosen: File | undefined): void => {
        void chosen?.text().then((inside) => {
            setText(inside);
            setFault('');
            setKind(FILES.find((k) => chosen.name.startsWith(`${k}.`)) ?? kind);
        });
    };
    return (
        <>
            <h1>{t('名簿の登録', 'Put the directory in')}</h1>
            <p>
                {t(
                    '1行が1件の登録です。同じ番号のものは、新しい内容に変わります（前の内容は日付とともに残ります）。',
                    'A line is an entry; one of the same number changes to what is new, and what was before is kept with its dates.',
                )}
            </p>
            <Select
                label={t('種類', 'Which')}
                options={FILES.map((k) => [k, fileWords(k)])}
                value={kind}
                onValue={(v) => setKind(v as FileKind)}
            />
            <div class="field">
                <label for={id}>{t('ファイルを選ぶ', 'Choose a file')}</label>
                <input id={id} ref={file} type="file" accept=".json,.jsonl" onChange={(e) => take(e.currentTarget.files?.[0])} />
            </div>
            <TextArea label={t('内容', 'Contents')} rows={10} value={text} onValue={setText} fault={fault || undefined} />
            <p class="acts">
                <Button weight="main" onPress={read}>
                    {t('確かめて登録する', 'Check and put in')}
                </Button>
            </p>
            {entries ? (
                <Ask
                    title={t(`${entries.length}件を登録しますか`, `Put ${entries.length} in?`)}
                    yes={t('登録する', 'Put in')}
                    onClose={() => setEntries(null)}
                    onYes={() => putAll(entries, setOutcome)}
                    onDone={() => {
                        setEntries(null);
                        setText('');
                        if (file.current) file.current.value = '';
                    }}
                >
                    <p>
                        {fileWords(kind)}：{entries[0]?.where}
                        {entries.length > 1 ? `〜${entries.at(-1)?.where}` : ''}
                    </p>
                    <p>
                        {t(
                            '登録した内容は、すぐにすべての機関のつなぎ先の候補や画面に使われます。',
                            'From then on it is used for every agency’s candidates and pages.',
                        )}
                    </p>
                    {outcome ? <p role="status">{t(`${outcome.all}件中 ${outcome.done}件`, `${outcome.done} of ${outcome.all}`)}</p> : null}
                </Ask>
            ) : null}
            {outcome?.refused.length === 0 && outcome.done === outcome.all ? (
                <Notice tone="good" title={t('登録しました。', 'Put in.')} />
            ) : null}
            {outcome && !entries ? <Told of={outcome} /> : null}
        </>
    );
}
