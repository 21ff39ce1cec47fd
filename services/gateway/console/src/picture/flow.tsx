// Who hands to whom, as a picture: those who handed on the left, those who received on the right, and between them a line as wide as there
// were referrals. What came back is dashed, so that colour is never all there is; beside the picture always stands its table.
import type { JSX } from 'preact';
import type { FlowLine } from '@api';
import { t } from '../text';
import { agencyName } from '../ui/agency';

const WIDTH = 900;
const LEFT = 260;
const RIGHT = WIDTH - 260;
const TOP = 34;
const HEIGHT = 360;
/** So wide is one referral at most: few of them stay lines. */
const WIDEST = 18;
const LEAST = 2;
/** Between a line and its neighbour. */
const SEAM = 1;
const ROW_LEAST = 22;
const GAP = 10;
const NAME_MOST = 17;
/** More lines than this nobody can tell apart; the table has them all. */
export const PAIRS_SHOWN = 30;

interface Place {
    agency: string;
    y: number;
    height: number;
    total: number;
    /** Where the next line begins. */
    next: number;
}

interface Line {
    of: FlowLine;
    path: (offset: number) => string;
    kept: number;
    returned: number;
}

export function shortName(agency: string): string {
    const name = agencyName(agency);
    return name.length > NAME_MOST ? `${name.slice(0, NAME_MOST - 1)}…` : name;
}

/** One column: each agency as high as its lines are wide together, most first. */
function column(flows: readonly FlowLine[], side: 'sender' | 'receiver', width: (n: number) => number): Map<string, Place> {
    const sums = new Map<string, { lines: number; total: number }>();
    for (const f of flows) {
        const sum = sums.get(f[side]) ?? { lines: 0, total: 0 };
        sums.set(f[side], { lines: sum.lines + width(f.sent - f.returned) + width(f.returned), total: sum.total + f.sent });
    }
    const places = new Map<string, Place>();
    let y = TOP;
    for (const [agency, sum] of [...sums].sort((a, b) => b[1].total - a[1].total || a[0].localeCompare(b[0]))) {
        const height = Math.max(sum.lines, ROW_LEAST);
        places.set(agency, { agency, y, height, total: sum.total, next: y + (height - sum.lines) / 2 });
        y += height + GAP;
    }
    return places;
}

function linesOf(flows: readonly FlowLine[], from: Map<string, Place>, to: Map<string, Place>, width: (n: number) => number): Line[] {
    const order = [...to.keys()];
    const lines: Line[] = [];
    for (const f of [...flows].sort((a, b) => order.indexOf(a.receiver) - order.indexOf(b.receiver))) {
        const a = from.get(f.sender);
        const b = to.get(f.receiver);
        if (!a || !b) continue;
        const y0 = a.next;
        const y1 = b.next;
        const kept = width(f.sent - f.returned);
        const returned = width(f.returned);
        a.next += kept + returned;
        b.next += kept + returned;
        const mid = (LEFT + RIGHT) / 2;
        lines.push({
            of: f,
            kept,
            returned,
            path: (offset) => `M${LEFT + 8} ${y0 + offset}C${mid} ${y0 + offset} ${mid} ${y1 + offset} ${RIGHT - 8} ${y1 + offset}`,
        });
    }
    return lines;
}

function Names(p: { of: Map<string, Place>; isLeft: boolean }): JSX.Element {
    return (
        <>
            {[...p.of.values()].map((a) => (
                <g key={a.agency}>
                    <rect class="flow-end" x={p.isLeft ? LEFT : RIGHT - 8} y={a.y} width={8} height={a.height} />
                    <text x={p.isLeft ? LEFT - 8 : RIGHT + 8} y={a.y + a.height / 2 + 5} text-anchor={p.isLeft ? 'end' : 'start'}>
                        <title>{agencyName(a.agency)}</title>
                        {`${shortName(a.agency)} ${a.total.toLocaleString()}`}
                    </text>
                </g>
            ))}
        </>
    );
}

export function FlowPicture(p: { flows: readonly FlowLine[] }): JSX.Element | null {
    const shown = p.flows.slice(0, PAIRS_SHOWN);
    const total = shown.reduce((n, f) => n + f.sent, 0);
    if (!total) return null;
    const each = Math.min(HEIGHT / total, WIDEST);
    const width = (n: number): number => (n ? Math.max(n * each, LEAST) : 0);
    const from = column(shown, 'sender', width);
    const to = column(shown, 'receiver', width);
    const lines = linesOf(shown, from, to, width);
    const height = Math.max(...[...from.values(), ...to.values()].map((a) => a.y + a.height)) + 8;
    const words = shown
        .slice(0, 5)
        .map((f) =>
            t(
                `${agencyName(f.sender)}から${agencyName(f.receiver)}へ${f.sent}件（差戻し${f.returned}件）`,
                `${agencyName(f.sender)} to ${agencyName(f.receiver)}: ${f.sent}, ${f.returned} came back`,
            ),
        );
    return (
        <figure class="picture" tabIndex={0} aria-label={t('つなぎの流れの図', 'Picture: flow of referrals')}>
            <svg
                viewBox={`0 0 ${WIDTH} ${height}`}
                role="img"
                aria-label={t(
                    `つなぎの流れ。多い順に：${words.join('、')}。すべては下の表にあります。`,
                    `Flow of referrals, most first: ${words.join('; ')}. All of them are in the table below.`,
                )}
            >
                <text class="tick" x={LEFT} y={TOP - 14} text-anchor="end">
                    {t('つなぎ元（件数）', 'From (how many)')}
                </text>
                <text class="tick" x={RIGHT} y={TOP - 14}>
                    {t('つなぎ先（件数）', 'To (how many)')}
                </text>
                {lines.map((l) => (
                    <g key={`${l.of.sender}>${l.of.receiver}`}>
                        <title>
                            {t(
                                `${agencyName(l.of.sender)} → ${agencyName(l.of.receiver)}：${l.of.sent}件、差戻し${l.of.returned}件`,
                                `${agencyName(l.of.sender)} → ${agencyName(l.of.receiver)}: ${l.of.sent}, ${l.of.returned} came back`,
                            )}
                        </title>
                        {l.kept ? <path class="flow" d={l.path(l.kept / 2)} stroke-width={Math.max(l.kept - SEAM, LEAST)} /> : null}
                        {l.returned ? (
                            <path
                                class="flow is-return"
                                d={l.path(l.kept + l.returned / 2)}
                                stroke-width={Math.max(l.returned - SEAM, LEAST)}
                            />
                        ) : null}
                    </g>
                ))}
                <Names of={from} isLeft />
                <Names of={to} isLeft={false} />
            </svg>
            <figcaption class="legend">
                <span>
                    <svg viewBox="0 0 48 12" aria-hidden="true">
                        <path class="flow" d="M0 6h48" stroke-width={6} />
                    </svg>
                    {t('つなぎ（太いほど多い）', 'Referrals: the wider, the more')}
                </span>
                <span>
                    <svg viewBox="0 0 48 12" aria-hidden="true">
                        <path class="flow is-return" d="M0 6h48" stroke-width={6} />
                    </svg>
                    {t('戻ってきたもの（辞退・期限切れ・中断）', 'Came back: declined, expired or failed')}
                </span>
            </figcaption>
        </figure>
    );
}
