// Numbers as bars, each with its words and numbers in it: told apart by pattern as well as by colour. Beside them stands their table.
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

/** solid · striped · hollow · dotted */
type Look = 'solid' | 'striped' | 'hollow' | 'dotted';

interface Part {
    value: number;
    look: Look;
}

export interface Bar {
    key: string;
    /** Above the bar. */
    name: string;
    /** Behind the bar. */
    words: string;
    /** One after the other. */
    parts: readonly Part[];
}

const WIDTH = 900;
const WORDS = 330;
const ROW = 50;
const THICK = 18;

function Patterns(p: { id: string }): JSX.Element {
    return (
        <defs>
            <pattern id={`${p.id}-striped`} width={8} height={8} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="on-paper" width={8} height={8} />
                <rect class="on-key" width={4} height={8} />
            </pattern>
            <pattern id={`${p.id}-dotted`} width={7} height={7} patternUnits="userSpaceOnUse">
                <rect class="on-paper" width={7} height={7} />
                <circle class="on-bad" cx={3.5} cy={3.5} r={2.4} />
            </pattern>
        </defs>
    );
}

function Piece(p: { part: Part; id: string; x: number; y: number; width: number }): JSX.Element {
    const fill = p.part.look === 'striped' || p.part.look === 'dotted' ? `url(#${p.id}-${p.part.look})` : undefined;
    return <rect class={`bar-part is-${p.part.look}`} fill={fill} x={p.x} y={p.y} width={p.width} height={THICK} />;
}

export function Bars(p: {
    name: string;
    label: string;
    bars: readonly Bar[];
    legend: readonly (readonly [Look, string])[];
}): JSX.Element | null {
    const id = useId();
    const most = Math.max(...p.bars.map((b) => b.parts.reduce((n, part) => n + part.value, 0)), 0);
    if (!most) return null;
    const scale = (WIDTH - WORDS - 4) / most;
    return (
        <figure class="picture" tabIndex={0} aria-label={p.name}>
            <svg viewBox={`0 0 ${WIDTH} ${p.bars.length * ROW}`} role="img" aria-label={p.label}>
                <Patterns id={id} />
                {p.bars.map((b, i) => {
                    let x = 2;
                    return (
                        <g key={b.key}>
                            <text x={2} y={i * ROW + 16}>
                                {b.name}
                            </text>
                            {b.parts
                                .filter((part) => part.value > 0)
                                .map((part) => {
                                    const width = Math.max(part.value * scale, 3);
                                    const at = x;
                                    x += width;
                                    return <Piece key={part.look} part={part} id={id} x={at} y={i * ROW + 23} width={width} />;
                                })}
                            <text class="bar-words" x={x + 8} y={i * ROW + 37}>
                                {b.words}
                            </text>
                        </g>
                    );
                })}
            </svg>
            <figcaption class="legend">
                {p.legend.map(([look, words]) => (
                    <span key={look}>
                        <svg viewBox="0 0 48 18" aria-hidden="true">
                            <Patterns id={`${id}-${look}`} />
                            <Piece part={{ value: 1, look }} id={`${id}-${look}`} x={1} y={0} width={46} />
                        </svg>
                        {words}
                    </span>
                ))}
            </figcaption>
        </figure>
    );
}
