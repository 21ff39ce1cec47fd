// Several of a long list: what is chosen stands first, the others when they are looked for or asked for.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../../net/call';
import { options, t } from '../../text';
import { Button } from '../../ui/button';
import { Checks, TextField } from '../../ui/form';
import { fieldName } from './fields';

interface Picking {
    legend: string;
    search: string;
    hint?: string;
    fault?: string | undefined;
    required?: boolean;
    value: readonly string[];
    onValue: (value: string[]) => void;
}

export function Picks(p: Picking & { options: readonly (readonly [string, string])[] }): JSX.Element {
    const [sought, setSought] = useState('');
    const [isAll, setAll] = useState(false);
    const [first] = useState(p.value);
    const isShown = ([w, label]: readonly [string, string]): boolean =>
        isAll || first.includes(w) || p.value.includes(w) || (sought.trim() !== '' && label.includes(sought.trim()));
    return (
        <>
            <Checks
                legend={p.legend}
                hint={p.hint ?? (p.value.length ? undefined : t('まだ選んでいません', 'None chosen yet'))}
                fault={p.fault}
                required={p.required}
                options={p.options.filter(isShown)}
                value={p.value}
                onValue={p.onValue}
            />
            {isAll ? null : (
                <div class="columns">
                    <TextField label={p.search} type="search" value={sought} onValue={setSought} />
                    <p class="acts">
                        <Button weight="quiet" onPress={() => setAll(true)} label={t(`${p.legend}をすべて見る`, `${p.legend}: show all`)}>
                            {t('すべて見る', 'Show all')}
                        </Button>
                    </p>
                </div>
            )}
        </>
    );
}

/** Whom an agency or a programme serves. */
export function TargetPicks(p: { value: readonly string[]; onValue: (value: string[]) => void; fault: string | undefined }): JSX.Element {
    return <Picks {...p} legend={fieldName('targets')} search={t('対象をさがす', 'Find one')} options={options('target')} required />;
}

const MOST = 20;
const PAUSE_MS = 250;

type Named = readonly [string, string];

/** Programmes that have the text in their name or code, when the typing rests. */
function useProgrammes(text: string): readonly Named[] {
    const [found, setFound] = useState<readonly Named[]>([]);
    useEffect(() => {
        if (!text) {
            setFound([]);
            return undefined;
        }
        let isGone = false;
        const timer = setTimeout(() => {
            call('directory_entries', { kind: 'programme', text, limit: MOST }).then(
                (a) => isGone || setFound(a.entries.map((e) => [e.id, (JSON.parse(e.body) as { name: string }).name])),
                () => isGone || setFound([]),
            );
        }, PAUSE_MS);
        return () => {
            isGone = true;
            clearTimeout(timer);
        };
    }, [text]);
    return found;
}

/** Programmes by a part of their name; those that were chosen before come with theirs. */
export function ProgrammePicks(p: {
    value: readonly string[];
    onValue: (value: string[]) => void;
    names: ReadonlyMap<string, string>;
}): JSX.Element {
    const [sought, setSought] = useState('');
    const [seen, setSeen] = useState<readonly Named[]>([]);
    const found = useProgrammes(sought.trim());
    const names = new Map([...p.names, ...seen]);
    const shown = new Map<string, string>([...p.value.map((c): Named => [c, names.get(c) ?? c]), ...found]);
    return (
        <>
            <Checks
                legend={t('行っている事業', 'Programmes it runs')}
                hint={p.value.length ? undefined : t('まだ選んでいません', 'None chosen yet')}
                options={[...shown]}
                value={p.value}
                onValue={(v) => {
                    setSeen([...seen, ...found]);
                    p.onValue(v);
                }}
            />
            <TextField label={t('事業をさがす', 'Find a programme')} type="search" value={sought} onValue={setSought} />
        </>
    );
}
