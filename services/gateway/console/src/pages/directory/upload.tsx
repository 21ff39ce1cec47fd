// A whole catalogue from its file. What each line would change is shown before anything is asked; each refusal is told with its line.
import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { AgencyPut } from '@api';
import { call } from '../../net/call';
import { Problem } from '../../net/problem';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { Select, TextArea } from '../../ui/form';
import { Fault, Notice } from '../../ui/notice';
import { Facts, Table } from '../../ui/table';
import { compared, verdictWords, type Compared, type Verdict } from './compare';
import { fieldName } from './fields';
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

/** What would become of each line; those that change nothing are only counted. */
function Preview(p: { of: readonly Compared[] }): JSX.Element {
    const count = (v: Verdict): number => p.of.filter((c) => c.verdict === v).length;
    return (
        <section>
            <h2>{t('登録すると変わるところ', 'What would change')}</h2>
            <Facts of={(['added', 'changed', 'unchanged', 'stale'] as const).map((v) => [verdictWords(v), count(v)])} />
            <Table
                caption={t('登録すると変わるところ', 'What would change')}
                rows={p.of.filter((c) => c.verdict !== 'unchanged')}
                rowKey={(c) => c.where}
                empty={t('変わるところはありません。', 'Nothing would change.')}
                columns={[
                    { name: t('行', 'Line'), cell: (c) => c.where },
                    { name: t('どうなるか', 'What becomes of it'), cell: (c) => verdictWords(c.verdict) },
                    {
                        name: t('いま → 変更後', 'Now → after'),
                        cell: (c) => (
                            <ul>
                                {c.changes.map((x) => (
                                    <li key={x.field}>
                                        {fieldName(x.field)}：{c.verdict === 'added' ? x.after : `${x.before} → ${x.after}`}
                                    </li>
                                ))}
                            </ul>
                        ),
                    },
                ]}
            />
        </section>
    );
}

interface Read {
    kind: FileKind;
    entries: readonly Entry[];
    compared: readonly Compared[];
}

export function Upload(): JSX.Element {
    const id = useId();
    const file = useRef<HTMLInputElement>(null);
    const [kind, setKind] = useState<FileKind>('agencies');
    const [text, setText] = useState('');
    const [read, setRead] = useState<Read | null>(null);
    const [isAsked, setAsked] = useState(false);
    const [isBusy, setBusy] = useState(false);
    const [fault, setFault] = useState('');
    const [problem, setProblem] = useState<unknown>(null);
    const [outcome, setOutcome] = useState<Outcome | null>(null);
    const look = async (): Promise<void> => {
        setFault('');
        setProblem(null);
        setRead(null);
        setOutcome(null);
        let found: Entry[];
        try {
            found = entriesOf(kind, text);
        } catch (e) {
            return setFault(e instanceof Error ? e.message : '');
        }
        if (!found.length) return setFault(t('登録する行がありません', 'There is nothing to put in'));
        setBusy(true);
        try {
            setRead({ kind, entries: found, compared: await compared(kind, found) });
        } catch (e) {
            setProblem(e);
        }
        setBusy(false);
    };
    const take = (chosen: File | undefined): void => {
        void chosen?.text().then((inside) => {
            setText(inside);
            setFault('');
            setRead(null);
            setKind(FILES.find((k) => chosen.name.startsWith(`${k}.`)) ?? kind);
        });
    };
    const isSame = read?.compared.every((c) => c.verdict === 'unchanged');
    return (
        <>
            <p>
                {t(
                    '1行が1件の登録です。確かめるまでは、何も変わりません。',
                    'A line is an entry. Nothing changes before it has been shown and confirmed.',
                )}
            </p>
            <Select
                label={t('種類', 'Which')}
                options={FILES.map((k) => [k, fileWords(k)])}
                value={kind}
                onValue={(v) => {
                    setKind(v as FileKind);
                    setRead(null);
                }}
            />
            <div class="field">
                <label for={id}>{t('ファイルを選ぶ', 'Choose a file')}</label>
                <input id={id} ref={file} type="file" accept=".json,.jsonl" onChange={(e) => take(e.currentTarget.files?.[0])} />
            </div>
            <TextArea
                label={t('内容', 'Contents')}
                rows={8}
                value={text}
                onValue={(v) => {
                    setText(v);
                    setRead(null);
                }}
                fault={fault || undefined}
            />
            <Fault of={problem} />
            <p class="acts">
                <Button weight="main" busy={isBusy} onPress={() => void look()}>
                    {t('変わるところを確かめる', 'See what changes')}
                </Button>
            </p>
            {read ? (
                <>
                    <Preview of={read.compared} />
                    {isSame ? null : (
                        <p class="acts">
                            <Button weight="main" onPress={() => setAsked(true)}>
                                {t('この内容で登録する', 'Put this in')}
                            </Button>
                        </p>
                    )}
                </>
            ) : null}
            {read && isAsked ? (
                <Ask
                    title={t(`${read.entries.length}件を登録しますか`, `Put ${read.entries.length} in?`)}
                    yes={t('登録する', 'Put in')}
                    onClose={() => setAsked(false)}
                    onYes={() => putAll(read.entries, setOutcome)}
                    onDone={() => {
                        setAsked(false);
                        setRead(null);
                        setText('');
                        if (file.current) file.current.value = '';
                    }}
                >
                    <p>
                        {fileWords(read.kind)}：{read.entries[0]?.where}
                        {read.entries.length > 1 ? `〜${read.entries.at(-1)?.where}` : ''}
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
            {outcome && !read ? <Told of={outcome} /> : null}
        </>
    );
}
