// Days in forms, as they begin in Japan: one that must be chosen, said with its era and weekday; and from one until before another, either of
// which may be left open.
import type { JSX } from 'preact';
import { t } from '../text';
import { day } from '../when';
import { TextField } from './form';

export function DayField(p: { label: string; value: string; onValue: (value: string) => void }): JSX.Element {
    return <TextField {...p} type="date" required told={p.value ? day(new Date(`${p.value}T12:00:00+09:00`)) : ''} />;
}

export interface Period {
    since: string;
    until: string;
}

export const OPEN: Period = { since: '', until: '' };

/** As requests have it: what is left open is not in it. */
export function within(p: Period): Partial<Period> {
    return {
        ...(p.since ? { since: `${p.since}T00:00:00+09:00` } : {}),
        ...(p.until ? { until: `${p.until}T00:00:00+09:00` } : {}),
    };
}

export function PeriodFields(p: { value: Period; onValue: (value: Period) => void; hints?: Period }): JSX.Element {
    const { value, hints } = p;
    return (
        <>
            <TextField
                label={t('この日から', 'From')}
                type="date"
                value={value.since}
                onValue={(since) => p.onValue({ ...value, since })}
                hint={hints?.since}
            />
            <TextField
                label={t('この日より前', 'Before')}
                type="date"
                value={value.until}
                onValue={(until) => p.onValue({ ...value, until })}
                hint={hints?.until}
            />
        </>
    );
}
