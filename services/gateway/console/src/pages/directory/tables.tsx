// What the directory holds besides agencies, to be read and searched: programmes, needs with whom the law names for them, grounds.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BasisPut, DirectoryKind, NeedPut, ProgrammePut } from '@api';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Button, Link } from '../../ui/button';
import { TextField } from '../../ui/form';
import { Show, useCall, type Loaded } from '../../ui/load';
import { Table, type Column } from '../../ui/table';
import { entries } from './entries';
import { dayWords, fieldName, valueWords } from './fields';

const STEP = 25;
const MOST = 200;

function Search(p: { value: string; onValue: (value: string) => void }): JSX.Element {
    return <TextField label={t('名前か番号でさがす', 'Find by name or code')} type="search" value={p.value} onValue={p.onValue} />;
}

export function Programmes(): JSX.Element {
    const [text, setText] = useState('');
    const [most, setMost] = useState(STEP);
    const list = useCall('directory_entries', { kind: 'programme', limit: most, ...(text.trim() ? { text: text.trim() } : {}) });
    return (
        <>
            <Search
                value={text}
                onValue={(v) => {
                    setText(v);
                    setMost(STEP);
                }}
            />
            <Show of={list}>
                {(a) => (
                    <>
                        <Table
                            caption={t('事業の一覧', 'Programmes')}
                            rows={a.entries.map((e) => JSON.parse(e.body) as ProgrammePut)}
                            rowKey={(x) => x.id}
                            empty={t('見つかりません。', 'None found.')}
                            columns={[
                                { name: t('事業', 'Programme'), cell: (x) => <Link to={`directory/programme/${x.id}`}>{x.name}</Link> },
                                { name: t('番号', 'Code'), cell: (x) => x.id },
                                { name: fieldName('kind'), cell: (x) => x.kind },
                                { name: fieldName('targets'), cell: (x) => valueWords('targets', x.targets) },
                                { name: fieldName('divisions'), cell: (x) => valueWords('divisions', x.divisions) },
                                { name: fieldName('referral_mode'), cell: (x) => valueWords('referral_mode', x.referral_mode) },
                            ]}
                        />
                        {a.more && most < MOST ? (
                            <p class="acts">
                                <Button busy={list.isBusy} onPress={() => setMost(Math.min(most + STEP, MOST))}>
                                    {t('さらに見る', 'More')}
                                </Button>
                            </p>
                        ) : null}
                    </>
                )}
            </Show>
        </>
    );
}

/** All of a kind that has few. */
function useAll<T>(kind: DirectoryKind): Loaded<readonly T[]> {
    const [value, setValue] = useState<readonly T[]>();
    const [problem, setProblem] = useState<unknown>(null);
    const [round, setRound] = useState(0);
    useEffect(() => {
        setProblem(null);
        entries(kind).then((all) => setValue(all.map((e) => e.body as unknown as T)), setProblem);
    }, [kind, round]);
    return { value, problem, isBusy: value === undefined && !problem, again: () => setRound(round + 1) };
}

function Searched<T>(p: {
    of: Loaded<readonly T[]>;
    caption: string;
    text: (row: T) => string;
    rowKey: (row: T) => string;
    columns: Column<T>[];
}): JSX.Element {
    const [sought, setSought] = useState('');
    return (
        <>
            <TextField label={t('この表からさがす', 'Find in this table')} type="search" value={sought} onValue={setSought} />
            <Show of={p.of}>
                {(all) => (
                    <Table
                        caption={p.caption}
                        rows={all.filter((row) => p.text(row).includes(sought.trim()))}
                        rowKey={p.rowKey}
                        empty={t('見つかりません。', 'None found.')}
                        columns={p.columns}
                    />
                )}
            </Show>
        </>
    );
}

export function NeedsTable(): JSX.Element {
    const all = useAll<NeedPut>('need');
    return (
        <Searched
            of={all}
            caption={t('課題と法定の受け手', 'Needs and mandated receivers')}
            text={(n) => `${n.label} ${n.code} ${n.targets.map((x) => word('target', x)).join(' ')} ${n.duty.map((d) => d.law).join(' ')}`}
            rowKey={(n) => n.code}
            columns={[
                { name: t('課題', 'Need'), cell: (n) => word('need', n.code) },
                { name: fieldName('targets'), cell: (n) => n.targets.map((x) => word('target', x)).join('、') },
                {
                    name: fieldName('duty'),
                    cell: (n) =>
                        n.duty.length ? (
                            <ul>
                                {n.duty.map((d) => (
                                    <li key={d.agency + d.law}>
                                        <AgencyName code={d.agency} />（{valueWords('ages', d.ages)}、{d.law}）
                                    </li>
                                ))}
                            </ul>
                        ) : (
                            t('なし', 'none')
                        ),
                },
                { name: fieldName('valid_from'), cell: (n) => dayWords(n.valid_from) },
            ]}
        />
    );
}

export function BasesTable(): JSX.Element {
    const all = useAll<BasisPut>('basis');
    return (
        <Searched
            of={all}
            caption={t('提供の根拠', 'Grounds for sharing')}
            text={(b) => `${b.law} ${word('legal_basis', b.code)}`}
            rowKey={(b) => b.code + b.valid_from}
            columns={[
                { name: t('根拠', 'Ground'), cell: (b) => word('legal_basis', b.code) },
                { name: fieldName('law'), cell: (b) => b.law },
                { name: fieldName('needs_consent'), cell: (b) => valueWords('needs_consent', b.needs_consent) },
                { name: fieldName('receivers'), cell: (b) => valueWords('receivers', b.receivers) },
                { name: fieldName('items'), cell: (b) => valueWords('items', b.items) },
                { name: fieldName('secrecy'), cell: (b) => valueWords('secrecy', b.secrecy) },
                { name: t('期間', 'Time'), cell: (b) => `${dayWords(b.valid_from)}〜${dayWords(b.valid_to)}` },
            ]}
        />
    );
}
