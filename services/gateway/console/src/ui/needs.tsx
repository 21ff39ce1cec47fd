// The needs of a consultation: those most often met stand first, the others are found by typing. What was chosen stands in the order of
// urgency, which is that of choosing until somebody changes it, with the mouse or the keyboard.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Need } from '@api';
import { options, t, word } from '../text';
import { Button } from './button';
import { Checks, TextField } from './form';

const FOUND_MOST = 8;
const MOST = 12;

const OFTEN: readonly Need[] = [
    'poverty',
    'long_term_care',
    'hikikomori',
    'disability',
    'disability_suspected',
    'mental_health',
    'illness',
    'isolation',
    'family_relations',
    'job_seeking',
    'housing_unstable',
    'child_rearing',
    'dementia',
    'abuse_elder',
    'dv',
    'young_carer',
];

/** At least one, and no more than a case can have. */
export function needsFault(needs: readonly Need[]): string | undefined {
    if (!needs.length) return t('1つ以上選んでください', 'Choose at least one');
    return needs.length > MOST ? t(`${MOST}個までにしてください`, `No more than ${MOST}`) : undefined;
}

/** Their order: each can go one place up, or to the top at once. The focus stays with what is moved. */
function Order(p: { value: readonly Need[]; onValue: (value: Need[]) => void }): JSX.Element {
    const list = useRef<HTMLOListElement>(null);
    const [moved, setMoved] = useState<Need | null>(null);
    useEffect(() => {
        if (moved) list.current?.querySelector<HTMLElement>(`[data-need="${moved}"] button:last-child`)?.focus();
    }, [p.value, moved]);
    const move = (need: Need, to: number): void => {
        const rest = p.value.filter((n) => n !== need);
        p.onValue([...rest.slice(0, to), need, ...rest.slice(to)]);
        setMoved(need);
    };
    return (
        <>
            <p class="order-title">{t('急ぐ順（いちばん急ぐものを上に）', 'Order (most urgent on top)')}</p>
            <ol class="order" ref={list} onBlur={() => setMoved(null)}>
                {p.value.map((n, i) => (
                    <li key={n} data-need={n}>
                        <span>{word('need', n)}</span>
                        {i > 1 ? (
                            <Button weight="quiet" onPress={() => move(n, 0)}>
                                {t('いちばん上へ', 'To the top')}
                                <span class="unseen">：{word('need', n)}</span>
                            </Button>
                        ) : null}
                        <Button weight="quiet" disabled={i === 0} onPress={() => move(n, i - 1)}>
                            {i === 0 ? t('いちばん急ぐ', 'Most urgent') : t('上へ', 'Up')}
                            <span class="unseen">：{word('need', n)}</span>
                        </Button>
                    </li>
                ))}
            </ol>
            <p class="unseen" role="status">
                {moved
                    ? t(
                          `${word('need', moved)}を${p.value.indexOf(moved) + 1}番目にしました`,
                          `${word('need', moved)} is now number ${p.value.indexOf(moved) + 1}`,
                      )
                    : ''}
            </p>
        </>
    );
}

/** Typing finds; Enter takes the first that is not taken yet and never sends the form. */
function Search(p: {
    found: readonly (readonly [string, string])[];
    sought: string;
    onSeek: (text: string) => void;
    onTake: (need: Need) => void;
}): JSX.Element {
    return (
        <div
            onKeyDown={(e) => {
                if (e.key !== 'Enter' || e.isComposing || e.ctrlKey || e.metaKey) return;
                e.preventDefault();
                const first = p.found[0]?.[0];
                if (first) p.onTake(first as Need);
            }}
        >
            <TextField
                label={t('ほかの課題をさがす', 'Find another need')}
                type="search"
                value={p.sought}
                onValue={p.onSeek}
                told={
                    p.sought === ''
                        ? ''
                        : p.found.length
                          ? t(
                                `${p.found.map(([, label]) => label).join('、')}（Enterで「${p.found[0]?.[1]}」を加える）`,
                                `${p.found.map(([, label]) => label).join(', ')} (Enter takes the first)`,
                            )
                          : t('見つかりません', 'None found')
                }
            />
        </div>
    );
}

export function Needs(p: {
    value: Need[];
    onValue: (value: Need[]) => void;
    fault?: string | undefined;
    only?: readonly Need[];
}): JSX.Element {
    const [sought, setSought] = useState('');
    const all = options('need', p.only);
    const isSought = ([w, label]: [string, string]): boolean =>
        sought !== '' && (label.includes(sought) || w.replaceAll('_', ' ').includes(sought.toLowerCase()));
    const isShown = (o: [string, string]): boolean =>
        !!p.only || OFTEN.includes(o[0] as Need) || p.value.includes(o[0] as Need) || isSought(o);
    return (
        <>
            <Checks
                legend={t('課題（急ぐものから）', 'Needs (most urgent first)')}
                options={all.filter(isShown)}
                value={p.value}
                required
                fault={p.fault}
                onValue={(v) => p.onValue(v as Need[])}
            />
            {p.only ? null : (
                <Search
                    found={sought ? all.filter((o) => isSought(o) && !p.value.includes(o[0] as Need)).slice(0, FOUND_MOST) : []}
                    sought={sought}
                    onSeek={setSought}
                    onTake={(n) => {
                        p.onValue([...p.value, n]);
                        setSought('');
                    }}
                />
            )}
            {p.value.length > 1 ? <Order value={p.value} onValue={p.onValue} /> : null}
        </>
    );
}
