// Who held a case, as a picture: a bar for each agency's time as lead, a mark for each referral. Beside it always stands its table; the
// picture is for whoever would rather look.
import type { JSX } from 'preact';
import type { AuditStep, CustodyStretch } from '@api';
import { t, word } from '../text';
import { agencyName } from '../ui/agency';
import { brief, span, westernDay } from '../when';

const WIDTH = 900;
const LEFT = 220;
const ROW = 40;
const TOP = 34;
const LONG_MS = 300 * 86_400_000; // then the ticks name their year

interface Scale {
    x: (at: string | undefined) => number;
    ticks: Date[];
    isLong: boolean;
}

function scale(from: number, to: number): Scale {
    const length = Math.max(to - from, 1);
    const x = (ms: number): number => LEFT + ((ms - from) / length) * (WIDTH - LEFT - 16);
    const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => new Date(from + part * length));
    return { x: (at) => x(at ? Date.parse(at) : to), ticks, isLong: length > LONG_MS };
}

/** Accepted, came back, or waits: a shape of its own for each, so that colour is never all there is. */
function Mark(p: { x: number; y: number; step: AuditStep }): JSX.Element {
    const title = `${agencyName(p.step.sender)} → ${agencyName(p.step.receiver)}：${p.step.answer ? word('referral_event', p.step.answer) : t('回答待ち', 'waiting')}`;
    if (p.step.is_return)
        return (
            <path class="mark is-return" d={`M${p.x - 6} ${p.y - 6}l12 12m0 -12l-12 12`}>
                <title>{title}</title>
            </path>
        );
    if (p.step.answer === 'accept')
        return (
            <circle class="mark is-accept" cx={p.x} cy={p.y} r={6}>
                <title>{title}</title>
            </circle>
        );
    return (
        <rect class="mark is-open" x={p.x - 5} y={p.y - 5} width={10} height={10}>
            <title>{title}</title>
        </rect>
    );
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
                {s.ticks.map((tick, i) => {
                    const x = s.x(tick.toISOString());
                    return (
                        <g key={i}>
                            <line class="grid" x1={x} x2={x} y1={TOP - 8} y2={TOP + agencies.length * ROW} />
                            <text class="tick" x={x} y={TOP - 14} text-anchor={i === 0 ? 'start' : i === 4 ? 'end' : 'middle'}>
                                {s.isLong ? westernDay(tick) : brief(tick)}
                            </text>
                        </g>
                    );
                })}
                {agencies.map((a) => (
                    <text key={a} class="row-name" x={0} y={y(a) + 5}>
                        {agencyName(a)}
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
            <figcaption>
                {t(
                    '棒：主担当だった期間　●：引き受け　×：差戻し・期限切れ　□：回答待ち',
                    'Bar: time as lead · ●: accepted · ×: came back · □: waiting',
                )}
            </figcaption>
        </figure>
    );
}
