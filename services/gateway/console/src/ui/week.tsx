// A week as a grid of half hours in which windows are marked, with the mouse or the keyboard; the same as a list for whoever hears it.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Window } from '@api';
import { language, t } from '../text';
import { day } from '../when';
import { Button } from './button';

const FIRST_HOUR = 9;
const LAST_HOUR = 17;
const STEP_MS = 30 * 60_000;
const DAYS = 5;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const ROWS = ((LAST_HOUR - FIRST_HOUR) * 60) / 30;
const TOKYO_MS = 9 * 3_600_000;

/** Midnight in Tokyo of the Monday of that week. */
export function monday(of: Date): number {
    const local = of.getTime() + TOKYO_MS;
    const midnight = local - (local % DAY_MS);
    const weekday = (new Date(midnight).getUTCDay() + 6) % 7;
    return midnight - weekday * DAY_MS - TOKYO_MS;
}

function startOf(week: number, column: number, row: number): number {
    return week + column * DAY_MS + FIRST_HOUR * 3_600_000 + row * STEP_MS;
}

/** Marked half hours → windows, neighbours joined. */
export function windowsOf(marked: ReadonlySet<number>): Window[] {
    const found: Window[] = [];
    let end = 0;
    for (const start of [...marked].sort((a, b) => a - b)) {
        const last = found.at(-1);
        if (last && start === end) last.ends = new Date(start + STEP_MS).toISOString();
        else found.push({ starts: new Date(start).toISOString(), ends: new Date(start + STEP_MS).toISOString() });
        end = start + STEP_MS;
    }
    return found;
}

/** The half hours that lie within windows. */
export function markedOf(windows: readonly Window[]): Set<number> {
    const found = new Set<number>();
    for (const w of windows) for (let at = Date.parse(w.starts); at + STEP_MS <= Date.parse(w.ends); at += STEP_MS) found.add(at);
    return found;
}

function label(start: number): string {
    const clock = (at: number): string => new Date(at + TOKYO_MS).toISOString().slice(11, 16);
    return `${day(new Date(start))} ${clock(start)}〜${clock(start + STEP_MS)}`;
}

/** 12/1 and （火）, or 1 Dec and Tue: two lines where there is no room for one. */
function Head(p: { of: number }): JSX.Element {
    const at = new Date(p.of + TOKYO_MS);
    const weekday = new Intl.DateTimeFormat(t('ja-JP', 'en-GB'), { weekday: 'short', timeZone: 'UTC' }).format(at);
    const date = new Intl.DateTimeFormat(t('ja-JP', 'en-GB'), {
        month: language.value === 'ja' ? 'numeric' : 'short',
        day: 'numeric',
        timeZone: 'UTC',
    }).format(at);
    return (
        <>
            {date} <span>{t(`（${weekday}）`, weekday)}</span>
        </>
    );
}

/** Which week stands below, and the way to the others. */
export function Weeks(p: { week: number; onWeek: (week: number) => void }): JSX.Element {
    return (
        <p class="acts week-bar">
            <Button onPress={() => p.onWeek(p.week - WEEK_MS)}>{t('前の週', 'Week before')}</Button>
            <strong role="status">
                {day(new Date(p.week))}
                {t('の週', ' and after')}
            </strong>
            <Button onPress={() => p.onWeek(p.week + WEEK_MS)}>{t('次の週', 'Next week')}</Button>
        </p>
    );
}

/** How many can come in a half hour: their share, in words, and so short that a cell holds it. */
export interface Weight {
    share: number;
    words: string;
    short: string;
}

export function Week(p: {
    week: number;
    marked: ReadonlySet<number>;
    onMark: (marked: Set<number>) => void;
    weight?: (start: number) => Weight | undefined;
    caption?: string;
}): JSX.Element {
    const table = useRef<HTMLTableElement>(null);
    const [stop, setStop] = useState('0-0'); // the one that Tab comes back to
    const toggle = (start: number): void => {
        const next = new Set(p.marked);
        if (!next.delete(start)) next.add(start);
        p.onMark(next);
    };
    const focus = (column: number, row: number): void => {
        const c = (column + DAYS) % DAYS;
        const r = (row + ROWS) % ROWS;
        table.current?.querySelector<HTMLButtonElement>(`[data-at="${c}-${r}"]`)?.focus();
    };
    const MOVES: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    return (
        <div class="table-frame week-frame">
            <table class="week" ref={table}>
                <caption>
                    {p.caption ??
                        t(
                            '出席できる時間に印をつけてください（矢印キーで移動、スペースで印）',
                            'Mark when your agency can come (arrows move, space marks)',
                        )}
                </caption>
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="unseen">{t('時刻', 'Time')}</span>
                        </th>
                        {Array.from({ length: DAYS }, (_, c) => (
                            <th key={c} scope="col">
                                <Head of={startOf(p.week, c, 0)} />
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {Array.from({ length: ROWS }, (_, r) => (
                        <tr key={r}>
                            <th scope="row">{new Date(startOf(p.week, 0, r) + TOKYO_MS).toISOString().slice(11, 16)}</th>
                            {Array.from({ length: DAYS }, (_, c) => {
                                const start = startOf(p.week, c, r);
                                const isOn = p.marked.has(start);
                                const weight = p.weight?.(start);
                                return (
                                    <td key={c} class={weight ? `share-${Math.round(weight.share * 4)}` : undefined}>
                                        <button
                                            type="button"
                                            data-at={`${c}-${r}`}
                                            aria-pressed={isOn}
                                            tabIndex={stop === `${c}-${r}` ? 0 : -1}
                                            aria-label={`${label(start)}${weight ? `、${weight.words}` : ''}`}
                                            title={weight?.words}
                                            onFocus={() => setStop(`${c}-${r}`)}
                                            onClick={() => toggle(start)}
                                            onKeyDown={(e) => {
                                                const move = MOVES[e.key];
                                                if (move) {
                                                    e.preventDefault();
                                                    focus(c + move[0], r + move[1]);
                                                }
                                            }}
                                        >
                                            {isOn ? '○' : ''} {weight?.short}
                                        </button>
                                    </td>
                                );
                            })}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
