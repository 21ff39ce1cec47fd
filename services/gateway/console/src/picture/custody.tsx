// Who held a case, as a picture: a bar for each agency's time as lead, a mark for each referral. Beside it always stands its table; the
// picture is for whoever would rather look.
import type { JSX } from 'preact';
import type { AuditStep, CustodyStretch } from '@api';
import { language, t, word } from '../text';
import { agencyName } from '../ui/agency';
import { clock, span, westernDay } from '../when';
import { shortName } from './flow';

const WIDTH = 900;
const LEFT = 220;
const ROW = 40;
const TOP = 34;
const EDGE = 60;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TOKYO_MS = 9 * HOUR_MS;
const TICKS_MOST = 5;
/** What may lie between two ticks, so that each stands at a moment people name. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720]
    .map((m) => m * MINUTE_MS)
    .concat([1, 2, 7, 14, 30, 91, 182, 365].map((d) => d * DAY_MS));
const LONG_MS = 300 * DAY_MS; // then the ticks name their year

interface Tick {
    at: number;
    words: string;
}

interface Scale {
    x: (at: string | undefined) => number;
    ticks: Tick[];
}

function wordsOf(at: number, step: number, isLong: boolean): string {
    const date = new Date(at);
    if (isLong) return westernDay(date);
    const local = new Date(at + TOKYO_MS);
    const day =
        language.value === 'ja' ? `${local.getUTCMonth() + 1}/${local.getUTCDate()}` : `${local.getUTCDate()}/${local.getUTCMonth() + 1}`;
    return step < DAY_MS ? `${day} ${clock(date)}` : day;
}

/** At round moments; where a case is younger than that, only its beginning. */
function ticksOf(from: number, to: number): Tick[] {
    const length = to - from;
    const step = STEPS.find((s) => length / s <= TICKS_MOST) ?? Math.ceil(length / TICKS_MOST / DAY_MS) * DAY_MS;
    const ticks: Tick[] = [];
    for (let at = Math.ceil((from + TOKYO_MS) / step) * step - TOKYO_MS; at <= to; at += step)
        ticks.push({ at, words: wordsOf(at, step, length > LONG_MS) });
    return ticks.length > 1 ? ticks : [{ at: from, words: wordsOf(from, MINUTE_MS, false) }];
}

function scale(from: number, to: number): Scale {
    const length = Math.max(to - from, 1);
    const x = (ms: number): number => LEFT + ((ms - from) / length) * (WIDTH - LEFT - 16);
    return { x: (at) => x(at ? Date.parse(at) : to), ticks: ticksOf(from, to) };
}

type Look = 'accepted' | 'back' | 'open';

const LEGEND: readonly (readonly [Look, () => string])[] = [
    ['accepted', () => t('引き受け', 'accepted')],
    ['back', () => t('差戻し・期限切れ', 'came back')],
    ['open', () => t('回答待ち', 'waiting')],
];

/** Accepted, came back, or waits: a shape of its own for each, so that colour is never all there is. */
function Shape(p: { look: Look; x: number; y: number; title?: string }): JSX.Element {
    const title = p.title ? <title>{p.title}</title> : null;
    if (p.look === 'back')
        return (
            <path class="mark is-return" d={`M${p.x - 6} ${p.y - 6}l12 12m0 -12l-12 12`}>
                {title}
            </path>
        );
    if (p.look === 'accepted')
        return (
            <circle class="mark is-accept" cx={p.x} cy={p.y} r={6}>
                {title}
            </circle>
        );
    return (
        <rect class="mark is-open" x={p.x - 5} y={p.y - 5} width={10} height={10}>
            {title}
        </rect>
    );
}

function Mark(p: { x: number; y: number; step: AuditStep }): JSX.Element {
    const { step } = p;
    const title = `${agencyName(step.sender)} → ${agencyName(step.receiver)}：${step.answer ? word('referral_event', step.answer) : t('回答待ち', 'waiting')}`;
    return <Shape look={step.is_return ? 'back' : step.answer === 'accept' ? 'accepted' : 'open'} x={p.x} y={p.y} title={title} />;
}

export function CustodyPicture(p: { stretches: readonly CustodyStretch[]; steps: readonly AuditStep[] }): JSX.Element | null {
    const first = p.stretches[0];
    if (!first) return null;
    const agencies = [...new Set([...p.stretches.map((s) => s.agency), ...p.steps.map((s) => s.receiver)])];
    const last = p.stretches.at(-1);
    const s = scale(Date.parse(first.since), last?.until ? Date.parse(last.until) : Date.now());
    const leads = p.stretches.map((x) => `${agencyName(x.agency)} ${span(x.seconds)}`);
    const told = t(`担当の移り変わり：${leads.join('、')}`, `Who held the case: ${leads.join(', ')}`);
    const y = (agency: string): number => TOP + agencies.indexOf(agency) * ROW + ROW / 2;
    return (
        <figure class="picture" tabIndex={0} aria-label={t('担当の移り変わり', 'Who held the case')}>
            <svg viewBox={`0 0 ${WIDTH} ${TOP + agencies.length * ROW + 8}`} role="img" aria-label={told}>
                {s.ticks.map((tick) => {
                    const x = s.x(new Date(tick.at).toISOString());
                    return (
                        <g key={tick.at}>
                            <line class="grid" x1={x} x2={x} y1={TOP - 8} y2={TOP + agencies.length * ROW} />
                            <text
                                class="tick"
                                x={x}
                                y={TOP - 14}
                                text-anchor={x < LEFT + EDGE ? 'start' : x > WIDTH - EDGE ? 'end' : 'middle'}
                            >
                                {tick.words}
                            </text>
                        </g>
                    );
                })}
                {agencies.map((a) => (
                    <text key={a} class="row-name" x={0} y={y(a) + 5}>
                        <title>{agencyName(a)}</title>
                        {shortName(a)}
                    </text>
                ))}
                {p.stretches.map((x, i) => (
                    <rect
                        key={i}
                        class="bar-lead"
                        x={s.x(x.since)}
                        width={Math.max(s.x(x.until) - s.x(x.since), 3)}
                        y={y(x.agency) - 12}
                        height={24}
                        rx={4}
                    >
                        <title>{`${agencyName(x.agency)} ${span(x.seconds)}`}</title>
                    </rect>
                ))}
                {p.steps.map((step) => (
                    <Mark
                        key={step.ref_id}
                        x={s.x(step.answered_at ?? step.offered_at ?? step.drafted_at)}
                        y={y(step.receiver)}
                        step={step}
                    />
                ))}
            </svg>
            <figcaption class="legend">
                <span>
                    <svg viewBox="0 0 48 16" aria-hidden="true">
                        <rect class="bar-lead" width={48} height={16} rx={4} />
                    </svg>
                    {t('主担当だった期間', 'time as lead')}
                </span>
                {LEGEND.map(([look, words]) => (
                    <span key={look}>
                        <svg class="is-mark" viewBox="0 0 20 20" aria-hidden="true">
                            <Shape look={look} x={10} y={10} />
                        </svg>
                        {words()}
                    </span>
                ))}
            </figcaption>
        </figure>
    );
}
