// Agencies are chosen by what they are called or what they are for, never by a code typed from memory: a combobox after the pattern of
// WAI-ARIA, with the keyboard alone or with the mouse.
import type { JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AgencyLine, Need } from '@api';
import { call } from '../net/call';
import { options, t, word } from '../text';
import { AgencyName, agencyName } from './agency';
import { Button } from './button';

const PAUSE_MS = 250;
const MOST = 12;

/** Those whose name has it, then those that serve a need whose name has it. */
async function find(text: string): Promise<AgencyLine[]> {
    const need = options('need').find(([, label]) => label.includes(text))?.[0] as Need | undefined;
    const asked = [call('agency_find', { text, limit: MOST }), ...(need ? [call('agency_find', { need, limit: MOST })] : [])];
    const found = new Map<string, AgencyLine>();
    for (const answer of await Promise.all(asked)) for (const line of answer.agencies) found.set(line.agency, line);
    return [...found.values()].slice(0, MOST);
}

interface Finding {
    lines: readonly AgencyLine[];
    state: 'none' | 'busy' | 'here' | 'failed';
}

/** What is found for what is typed, when the typing rests. */
function useFind(text: string, without: readonly string[]): Finding {
    const [found, setFound] = useState<Finding>({ lines: [], state: 'none' });
    useEffect(() => {
        if (!text) {
            setFound({ lines: [], state: 'none' });
            return undefined;
        }
        let isGone = false;
        setFound((f) => ({ ...f, state: 'busy' }));
        const timer = setTimeout(() => {
            find(text).then(
                (lines) => isGone || setFound({ lines, state: 'here' }),
                () => isGone || setFound({ lines: [], state: 'failed' }),
            );
        }, PAUSE_MS);
        return () => {
            isGone = true;
            clearTimeout(timer);
        };
    }, [text]);
    return { ...found, lines: found.lines.filter((l) => !without.includes(l.agency)) };
}

function heard(f: Finding): string {
    if (f.state === 'busy') return t('さがしています…', 'Looking…');
    if (f.state === 'failed') return t('いまはさがせません', 'Cannot be searched just now');
    if (f.state === 'here')
        return f.lines.length
            ? t(`${f.lines.length}件。上下の矢印で選び、Enterで決めます`, `${f.lines.length} found: arrows choose, Enter takes`)
            : t('見つかりません', 'None found');
    return '';
}

function Combobox(p: {
    id: string;
    described: string | undefined;
    without: readonly string[];
    onPick: (agency: string) => void;
}): JSX.Element {
    const [text, setText] = useState('');
    const [at, setAt] = useState(0);
    const [isShut, setShut] = useState(false);
    const found = useFind(text.trim(), p.without);
    const isOpen = !isShut && found.lines.length > 0 && text.trim() !== '';
    const chosen = Math.min(at, found.lines.length - 1);
    const pick = (line: AgencyLine | undefined): void => {
        if (!line) return;
        setText('');
        setAt(0);
        p.onPick(line.agency);
    };
    const KEYS: Record<string, () => void> = {
        ArrowDown: () => (isOpen ? setAt((chosen + 1) % found.lines.length) : setShut(false)),
        ArrowUp: () => setAt((chosen + found.lines.length - 1) % Math.max(found.lines.length, 1)),
        Enter: () => isOpen && pick(found.lines[chosen]),
        Escape: () => (isOpen ? setShut(true) : setText('')),
    };
    return (
        <div class="combo">
            <input
                id={p.id}
                type="text"
                role="combobox"
                autocomplete="off"
                aria-expanded={isOpen}
                aria-controls={`${p.id}-list`}
                aria-autocomplete="list"
                aria-activedescendant={isOpen ? `${p.id}-${chosen}` : undefined}
                aria-describedby={p.described}
                value={text}
                onBlur={() => setShut(true)}
                onFocus={() => setShut(false)}
                onInput={(e) => {
                    setText(e.currentTarget.value);
                    setAt(0);
                    setShut(false);
                }}
                onKeyDown={(e) => {
                    const act = e.isComposing ? undefined : KEYS[e.key]; // Enter also ends the choosing of kanji
                    if (act && (text !== '' || e.key !== 'Escape')) {
                        e.preventDefault();
                        if (isOpen || e.key === 'Escape') e.stopPropagation();
                        act();
                    }
                }}
            />
            <ul id={`${p.id}-list`} role="listbox" aria-label={t('見つかった機関', 'Agencies found')} hidden={!isOpen}>
                {found.lines.map((line, i) => (
                    <li
                        key={line.agency}
                        id={`${p.id}-${i}`}
                        role="option"
                        aria-selected={i === chosen}
                        onMouseDown={(e) => {
                            e.preventDefault();
                            pick(line);
                        }}
                    >
                        {line.name}
                        <span class="hint">
                            　{line.kind}
                            {line.areas.length ? `・${line.areas.map((a) => word('area', a)).join('、')}` : ''}
                        </span>
                    </li>
                ))}
            </ul>
            <p class="hint" role="status">
                {isShut && !found.lines.length ? '' : heard(found)}
            </p>
        </div>
    );
}

interface Common {
    label: string;
    hint?: string;
    fault?: string | undefined;
    required?: boolean;
}

/** Several agencies, up to `most`. */
export function AgencyPicks(p: Common & { value: readonly string[]; onValue: (agencies: string[]) => void; most?: number }): JSX.Element {
    const id = useId();
    const field = useRef<HTMLDivElement>(null);
    const isFull = p.value.length >= (p.most ?? MOST);
    const hint = p.hint ?? t('機関の名前か課題（例：介護）の一部を入れてください', 'Type a part of the name, or of a need');
    const described = [`${id}-hint`, p.fault ? `${id}-fault` : ''].filter(Boolean).join(' ');
    const isPressed = useRef(false);
    const change = (codes: string[]): void => {
        isPressed.current = true;
        p.onValue(codes);
    };
    // what was pressed may be gone now: the focus goes on to where the next is typed, or to what was chosen when no more may be
    useLayoutEffect(() => {
        if (isPressed.current) field.current?.querySelector<HTMLElement>(isFull ? 'ul.picked' : 'input')?.focus();
        isPressed.current = false;
    }, [p.value.join()]);
    return (
        <div class={p.fault ? 'field is-wrong' : 'field'} ref={field}>
            <label for={id}>
                {p.label}
                {p.required ? <span class="must">{t('必須', 'required')}</span> : null}
            </label>
            <p id={`${id}-hint`} class="hint">
                {hint}
            </p>
            {p.value.length ? (
                <ul class="picked" aria-label={t('選んだ機関', 'Chosen')} tabIndex={-1}>
                    {p.value.map((code) => (
                        <li key={code}>
                            <AgencyName code={code} />
                            <Button
                                weight="quiet"
                                onPress={() => change(p.value.filter((v) => v !== code))}
                                label={t(`${agencyName(code)} を外す`, `Remove ${agencyName(code)}`)}
                            >
                                {t('外す', 'Remove')}
                            </Button>
                        </li>
                    ))}
                </ul>
            ) : null}
            {isFull ? null : <Combobox id={id} described={described} without={p.value} onPick={(code) => change([...p.value, code])} />}
            {p.fault ? (
                <p id={`${id}-fault`} class="fault">
                    {p.fault}
                </p>
            ) : null}
        </div>
    );
}

/** One agency; '' = none yet. */
export function AgencyPick(p: Common & { value: string; onValue: (agency: string) => void }): JSX.Element {
    return <AgencyPicks {...p} value={p.value ? [p.value] : []} onValue={(v) => p.onValue(v[0] ?? '')} most={1} />;
}
