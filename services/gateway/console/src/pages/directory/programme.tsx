// A programme is changed by form; what the plans print of it stays as it is.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ProgrammePut } from '@api';
import { call } from '../../net/call';
import { t } from '../../text';
import { Button, Link } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { Radios, Select, TextArea, TextField } from '../../ui/form';
import { Fault, Notice } from '../../ui/notice';
import { Changes } from './changes';
import { entries, labels, type Body } from './entries';
import { changesOf, fieldName, MODES, valueWords, type Change } from './fields';
import { codesOf, kept, TARGETS } from './labels';
import { linesOf, OneALine } from './one-a-line';
import { TargetPicks } from './picks';

interface Form {
    name: string;
    kind: string;
    description: string;
    targets: string[];
    divisions: string;
    mode: string;
    aliases: string;
    note: string;
}

function formOf(of: ProgrammePut): Form {
    return {
        name: of.name,
        kind: of.kind,
        description: of.description ?? '',
        targets: codesOf(TARGETS, of.targets),
        divisions: of.divisions.join('\n'),
        mode: of.referral_mode,
        aliases: of.aliases.join('\n'),
        note: of.note ?? '',
    };
}

/** What the form does not show goes back as it came. */
function putOf(of: ProgrammePut, f: Form): ProgrammePut {
    const { description: _d, note: _n, ...rest } = of;
    return {
        ...rest,
        name: f.name.trim(),
        kind: f.kind,
        ...(f.description.trim() ? { description: f.description.trim() } : {}),
        targets: kept(
            of.targets,
            f.targets.map((c) => TARGETS[c] ?? c),
        ),
        divisions: linesOf(f.divisions),
        referral_mode: f.mode,
        is_referral_target: f.mode === of.referral_mode ? of.is_referral_target : f.mode === 'person',
        aliases: linesOf(f.aliases),
        ...(f.note.trim() ? { note: f.note.trim() } : {}),
    };
}

function Fields(p: { of: ProgrammePut; kinds: readonly string[]; again: () => void }): JSX.Element {
    const [f, setForm] = useState(() => formOf(p.of));
    const [changes, setChanges] = useState<Change[] | null>(null);
    const [isTried, setTried] = useState(false);
    const set = (change: Partial<Form>): void => setForm({ ...f, ...change });
    const put = putOf(p.of, f);
    const nameFault = isTried && !f.name.trim() ? t('名前を入れてください', 'Give it a name') : undefined;
    const targetFault = isTried && !f.targets.length ? t('対象を1つ以上選んでください', 'Choose at least one') : undefined;
    return (
        <>
            <form
                noValidate
                onSubmit={(e) => {
                    e.preventDefault();
                    setTried(true);
                    if (f.name.trim() && f.targets.length) setChanges(changesOf(p.of as unknown as Body, put as unknown as Body));
                }}
            >
                <TextField
                    label={fieldName('name')}
                    value={f.name}
                    onValue={(name) => set({ name })}
                    required
                    fault={nameFault}
                    maxLength={130}
                    wide
                />
                <Select
                    label={fieldName('kind')}
                    value={f.kind}
                    onValue={(kind) => set({ kind })}
                    options={p.kinds.map((k) => [k, k])}
                    required
                />
                <TextArea
                    label={fieldName('description')}
                    rows={3}
                    value={f.description}
                    onValue={(description) => set({ description })}
                    maxLength={1300}
                />
                <TargetPicks value={f.targets} onValue={(targets) => set({ targets })} fault={targetFault} />
                <Radios
                    legend={fieldName('referral_mode')}
                    options={Object.entries(MODES).map(([code, words]) => [code, t(...words)])}
                    value={f.mode}
                    onValue={(mode) => set({ mode })}
                />
                <OneALine label={fieldName('divisions')} value={f.divisions} onValue={(divisions) => set({ divisions })} />
                <OneALine label={fieldName('aliases')} value={f.aliases} onValue={(aliases) => set({ aliases })} />
                <TextArea label={fieldName('note')} rows={2} value={f.note} onValue={(note) => set({ note })} maxLength={1300} />
                {changes && !changes.length ? (
                    <Notice tone="info" title={t('変わったところはありません。', 'Nothing is different.')} />
                ) : null}
                <p class="acts">
                    <Button type="submit" weight="main">
                        {t('変わるところを確かめる', 'See what changes')}
                    </Button>
                    <Link class="button" to="directory">
                        {t('やめる', 'Leave it')}
                    </Link>
                </p>
            </form>
            {changes?.length ? (
                <Ask
                    title={t(`「${put.name}」を変更しますか`, `Change ${put.name}?`)}
                    yes={t('変更する', 'Change')}
                    onClose={() => setChanges(null)}
                    onYes={(key) => call('programme_put', put, key)}
                    onDone={p.again}
                >
                    <Changes caption={t('事業の内容', 'The programme')} of={changes} />
                    <p>
                        {t(
                            'すぐに、すべての機関の候補や画面に使われます。前の内容は残りません。',
                            'This takes effect at once, and what was there before is not kept.',
                        )}
                    </p>
                </Ask>
            ) : null}
        </>
    );
}

export default function Programme(p: { parts: string[] }): JSX.Element {
    const code = p.parts[0] ?? '';
    const [loaded, setLoaded] = useState<{ of: ProgrammePut | undefined; kinds: string[]; round: number } | null>(null);
    const [round, setRound] = useState(0);
    const [problem, setProblem] = useState<unknown>(null);
    useEffect(() => {
        let isGone = false;
        Promise.all([entries('programme', code), labels('program_kinds')]).then(
            ([found, kinds]) => isGone || setLoaded({ of: found[0]?.body as unknown as ProgrammePut | undefined, kinds, round }),
            (e: unknown) => isGone || setProblem(e),
        );
        return () => {
            isGone = true;
        };
    }, [code, round]);
    const of = loaded?.of;
    return (
        <>
            <h1>{of?.name ?? t('事業', 'Programme')}</h1>
            <Fault of={problem} />
            {round && loaded?.round === round ? <Notice tone="good" title={t('登録しました。', 'Put in.')} /> : null}
            {loaded && !of ? <Notice tone="info" title={t('この事業は名簿にありません。', 'There is no such programme.')} /> : null}
            {of ? (
                <>
                    <p class="hint">
                        {t('計画での掲載：', 'Printed at: ')}
                        {valueWords('occurrences', of.occurrences)}
                    </p>
                    <Fields key={`${code}-${loaded.round}`} of={of} kinds={loaded.kinds} again={() => setRound(round + 1)} />
                </>
            ) : null}
        </>
    );
}
