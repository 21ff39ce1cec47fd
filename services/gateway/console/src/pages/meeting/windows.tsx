// When an agency said that it can come, in words: a line for each stretch of time.
import type { JSX } from 'preact';
import type { InviteeLine } from '@api';
import { t } from '../../text';
import { Moment } from '../../ui/moment';
import { clock } from '../../when';

const SHOWN = 4;

/** From when to when; a meeting ends on the day on which it begins. */
export function Stretch(p: { starts: string; ends: string | undefined; short?: boolean }): JSX.Element {
    return (
        <>
            <Moment at={p.starts} short={p.short === true} />
            {p.ends ? (
                <>
                    {t('〜', '–')}
                    <time dateTime={p.ends}>{clock(new Date(p.ends))}</time>
                </>
            ) : null}
        </>
    );
}

export function Windows(p: { of: InviteeLine }): JSX.Element {
    const { answered_at, windows } = p.of;
    if (!answered_at) return <span class="hint">{t('まだ', 'not yet')}</span>;
    if (!windows.length) return <>{t('出席できない', 'cannot come')}</>;
    return (
        <ul class="windows">
            {windows.slice(0, SHOWN).map((w) => (
                <li key={w.starts}>
                    <Stretch starts={w.starts} ends={w.ends} short />
                </li>
            ))}
            {windows.length > SHOWN ? <li>{t(`ほか${windows.length - SHOWN}件`, `and ${windows.length - SHOWN} more`)}</li> : null}
        </ul>
    );
}
