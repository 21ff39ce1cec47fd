// Moments on a page: short in a table, whole in a sentence; the machine's form beside it, and the other calendar on asking.
import type { JSX } from 'preact';
import { signal } from '@preact/signals';
import { brief, clock, day, toGo, westernDay } from '../when';

/** Goes on by itself, so that "in 2 hours" stays true while a page stands open. */
export const now = signal(new Date());
setInterval(() => {
    now.value = new Date();
}, 30_000);

export function Moment(p: { at: string | undefined; short?: boolean; dateOnly?: boolean }): JSX.Element {
    if (!p.at) return <>－</>;
    const at = new Date(p.at);
    const words = p.short ? brief(at) : p.dateOnly ? day(at) : `${day(at)} ${clock(at)}`;
    return (
        <time dateTime={p.at} title={`${westernDay(at)} ${clock(at)}`}>
            {words}
        </time>
    );
}

/** Until when an answer is due, and how long that is. */
export function Due(p: { at: string | undefined }): JSX.Element {
    if (!p.at) return <>－</>;
    const at = new Date(p.at);
    const isLate = at < now.value;
    return (
        <span class={isLate ? 'due is-late' : 'due'}>
            <time dateTime={p.at}>{brief(at)}</time> <span class="to-go">（{toGo(at, now.value)}）</span>
        </span>
    );
}
