// An agency is added or changed: the form is filled with what holds today, says what will change before it takes effect, and what held before
// stays readable with its days.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import type { AgencyLine, AgencyPut } from '@api';
import { call } from '../../net/call';
import { go } from '../../route';
import { t } from '../../text';
import { Button, Link } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { Fault, Notice } from '../../ui/notice';
import { Table } from '../../ui/table';
import { AgencyFields, RoutingFields } from './agency-fields';
import { agencyForm, agencyPut, faultsOf, routingForm, routingPut, type Faults } from './agency-form';
import { Changes } from './changes';
import { agencyKept, allAgencies, entries, labels, today, type Body, type Kept } from './entries';
import { changesOf, dayWords, fieldName, type Change } from './fields';

interface Loaded {
    kept: Kept;
    all: AgencyLine[];
    kinds: string[];
    programmes: ReadonlyMap<string, string>;
}

const NOTHING: Kept = { versions: [], routing: null };

async function load(code: string | undefined): Promise<Loaded> {
    const [kept, all, kinds, shown] = await Promise.all([
        code ? agencyKept(code) : NOTHING,
        allAgencies(),
        labels('agency_kinds'),
        code ? call('agency_show', { agency: code }).catch(() => null) : null,
    ]);
    return { kept, all, kinds, programmes: new Map(shown?.programmes.map((x) => [x.id, x.name])) };
}

/** The number after the highest there is. */
function freeCode(all: readonly AgencyLine[]): string {
    const last = Math.max(0, ...all.map((a) => Number(a.agency.slice(1))));
    return `A${String(last + 1).padStart(3, '0')}`;
}

/** Which agency was just put in: said on its page, once. */
const saved = signal('');

interface Wanted {
    agency: AgencyPut | null;
    agencyChanges: Change[];
    routing: ReturnType<typeof routingPut> | null;
    routingChanges: Change[];
}

function Versions(p: { of: readonly AgencyPut[] }): JSX.Element {
    return (
        <section>
            <h2>{t('これまでの内容', 'What held before')}</h2>
            <Table
                caption={t('これまでの内容', 'What held before')}
                rows={p.of.map((v, i) => ({ v, older: p.of[i + 1] }))}
                rowKey={(r) => r.v.valid_from ?? ''}
                empty={t('まだありません。', 'None yet.')}
                columns={[
                    { name: t('期間', 'Time'), cell: (r) => `${dayWords(r.v.valid_from)}〜${dayWords(r.v.valid_to)}` },
                    {
                        name: t('その前から変わったところ', 'Changed from what was before'),
                        cell: (r) =>
                            r.older ? (
                                <ul>
                                    {changesOf(r.older as unknown as Body, r.v as unknown as Body, ['valid_from', 'valid_to']).map((c) => (
                                        <li key={c.field}>
                                            {fieldName(c.field)}：{c.before} → {c.after}
                                        </li>
                                    ))}
                                </ul>
                            ) : (
                                t('最初の登録', 'First entry')
                            ),
                    },
                ]}
            />
        </section>
    );
}

function Form(p: { code: string | undefined; of: Loaded; again: () => void }): JSX.Element {
    const { versions, routing: oldRouting } = p.of.kept;
    const latest = versions[0] ?? null;
    const isNew = !p.code;
    const from = latest?.valid_from && latest.valid_from > today() ? latest.valid_from : today();
    const parentCode = p.of.all.find((a) => a.name === latest?.parent)?.agency ?? '';
    const [agency, setAgency] = useState(() => agencyForm(latest, p.code ?? freeCode(p.of.all), parentCode, from));
    const [routing, setRouting] = useState(() => routingForm(oldRouting, from));
    const [faults, setFaults] = useState<Faults>({});
    const [wanted, setWanted] = useState<Wanted | null>(null);
    const [isSame, setSame] = useState(false);
    const [isBusy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    const form = useRef<HTMLFormElement>(null);
    const show = (found: Faults): boolean => {
        setFaults(found);
        if (!Object.keys(found).length) return true;
        requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('.is-wrong :is(input, select, textarea)')?.focus());
        return false;
    };
    const look = async (): Promise<void> => {
        setSame(false);
        if (!show(faultsOf(agency, routing, latest?.valid_from))) return;
        if (isNew && (await entries('agency', agency.id)).length)
            return void show({ id: t('この番号はもう使われています', 'This code is taken') });
        const parentName = p.of.all.find((a) => a.agency === agency.parent)?.name ?? '';
        const put = agencyPut(agency, latest, parentName);
        const line = routing.isOn ? routingPut({ ...routing, from: oldRouting ? routing.from : agency.from }, agency.id, oldRouting) : null;
        const agencyChanges = changesOf(latest as unknown as Body | null, put as unknown as Body, ['valid_from']);
        const routingChanges = line ? changesOf(oldRouting as unknown as Body | null, line as unknown as Body, ['valid_from']) : [];
        if (!agencyChanges.length && !routingChanges.length) return setSame(true);
        setWanted({
            agency: agencyChanges.length ? put : null,
            agencyChanges,
            routing: routingChanges.length ? line : null,
            routingChanges,
        });
    };
    const press = (): void => {
        setBusy(true);
        setProblem(null);
        look()
            .catch(setProblem)
            .finally(() => setBusy(false));
    };
    const put = async (key: string): Promise<void> => {
        if (wanted?.agency) await call('agency_put', wanted.agency, key);
        if (wanted?.routing) await call('routing_put', wanted.routing, `${key}-routing`);
    };
    return (
        <>
            <form
                ref={form}
                noValidate
                onSubmit={(e) => {
                    e.preventDefault();
                    if (!isBusy) press();
                }}
            >
                <AgencyFields
                    value={agency}
                    onValue={(c) => setAgency({ ...agency, ...c })}
                    faults={faults}
                    kinds={p.of.kinds}
                    programmes={p.of.programmes}
                    isNew={isNew}
                />
                <RoutingFields
                    value={routing}
                    onValue={(c) => setRouting({ ...routing, ...c })}
                    faults={faults}
                    hadOne={oldRouting !== null}
                />
                <Fault of={problem} />
                {Object.keys(faults).length ? (
                    <Notice
                        tone="bad"
                        title={t('登録できないところがあります。印のついた項目を見てください。', 'See the fields that are marked.')}
                    />
                ) : null}
                {isSame ? <Notice tone="info" title={t('変わったところはありません。', 'Nothing is different.')} /> : null}
                <p class="acts">
                    <Button type="submit" weight="main" busy={isBusy}>
                        {isNew ? t('内容を確かめる', 'Check it') : t('変わるところを確かめる', 'See what changes')}
                    </Button>
                    <Link class="button" to={p.code ? `agencies/${p.code}` : 'agencies'}>
                        {t('やめる', 'Leave it')}
                    </Link>
                </p>
            </form>
            {wanted ? (
                <Question
                    of={wanted}
                    name={agency.name.trim()}
                    isNew={isNew}
                    from={agency.from}
                    isSameDay={latest?.valid_from === agency.from}
                    onClose={() => setWanted(null)}
                    onYes={put}
                    onDone={() => {
                        saved.value = agency.id;
                        setWanted(null);
                        if (isNew) go(`directory/agency/${agency.id}`, true);
                        else p.again();
                    }}
                />
            ) : null}
            {latest ? <Versions of={versions} /> : null}
        </>
    );
}

function Question(p: {
    of: Wanted;
    name: string;
    isNew: boolean;
    from: string;
    isSameDay: boolean;
    onClose: () => void;
    onYes: (key: string) => Promise<unknown>;
    onDone: () => void;
}): JSX.Element {
    const { of } = p;
    return (
        <Ask
            title={p.isNew ? t(`「${p.name}」を加えますか`, `Add ${p.name}?`) : t(`「${p.name}」を変更しますか`, `Change ${p.name}?`)}
            yes={p.isNew ? t('加える', 'Add') : t('変更する', 'Change')}
            onClose={p.onClose}
            onYes={p.onYes}
            onDone={p.onDone}
        >
            {of.agency ? (
                <>
                    <Changes caption={t('機関の内容', 'The agency')} of={of.agencyChanges} isNew={p.isNew} />
                    <p>
                        {p.isNew
                            ? t(
                                  `${dayWords(p.from)} から、すべての機関の候補や画面に出ます。`,
                                  `From ${dayWords(p.from)} on it is seen by every agency.`,
                              )
                            : p.isSameDay
                              ? t(
                                    `${dayWords(p.from)} からの登録を、この内容に直します。`,
                                    `The entry from ${dayWords(p.from)} on is corrected.`,
                                )
                              : t(
                                    `${dayWords(p.from)} から、この内容になります。それまでの内容は、日付とともに残ります。`,
                                    `It holds from ${dayWords(p.from)} on; what held before is kept with its days.`,
                                )}
                    </p>
                </>
            ) : null}
            {of.routing ? (
                <>
                    <h3>{t('つなぎの条件', 'What routing must know')}</h3>
                    <Changes caption={t('つなぎの条件', 'What routing must know')} of={of.routingChanges} isNew={p.isNew} />
                    {p.isNew ? null : (
                        <p>
                            {t(
                                'つなぎの条件は、すぐに置き換わります。前の条件は残りません。',
                                'This takes effect at once, and what was there before is not kept.',
                            )}
                        </p>
                    )}
                </>
            ) : null}
        </Ask>
    );
}

export default function Agency(p: { parts: string[] }): JSX.Element {
    const code = p.parts[0];
    const [loaded, setLoaded] = useState<{ of: Loaded; round: number } | null>(null);
    const [round, setRound] = useState(0);
    const [problem, setProblem] = useState<unknown>(null);
    useEffect(() => {
        let isGone = false;
        load(code).then(
            (of) => isGone || setLoaded({ of, round }),
            (e: unknown) => isGone || setProblem(e),
        );
        return () => {
            isGone = true;
        };
    }, [code, round]);
    useEffect(
        () => () => {
            if (code && saved.value === code) saved.value = '';
        },
        [code],
    );
    const name = loaded?.of.kept.versions[0]?.name;
    const isMissing = code !== undefined && loaded && !name;
    return (
        <>
            <h1>{code ? (name ?? code) : t('機関を加える', 'Add an agency')}</h1>
            <Fault of={problem} />
            {saved.value && saved.value === code ? (
                <Notice tone="good" title={t('登録しました。', 'Put in.')}>
                    <p>
                        <Link to={`agencies/${code}`}>{t('みなさんが見る画面へ', 'As everybody sees it')}</Link>
                    </p>
                </Notice>
            ) : null}
            {isMissing ? <Notice tone="info" title={t('この機関は名簿にありません。', 'There is no such agency.')} /> : null}
            {loaded && !isMissing ? (
                <Form key={`${code}-${loaded.round}`} code={code} of={loaded.of} again={() => setRound(round + 1)} />
            ) : null}
            {!loaded && !problem ? (
                <p class="loading" role="status">
                    {t('読み込んでいます…', 'Loading…')}
                </p>
            ) : null}
        </>
    );
}
