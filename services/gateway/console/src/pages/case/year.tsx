// The year of a protection, in words: when it is over or ends soon, and that this reveals nothing. It is renewed from a month before its end.
import type { JSX } from 'preact';
import { t } from '../../text';
import { now } from '../../ui/moment';
import { Notice } from '../../ui/notice';

const DAY_MS = 86_400_000;
const TOKYO_MS = 9 * 3_600_000;
const SOON_DAYS = 30;

/** The same day of the month before, or that month's last; as the server counts it. */
export function renewalFrom(until: string): Date {
    const end = new Date(Date.parse(until) + TOKYO_MS);
    const last = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth(), 0)).getUTCDate();
    return new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 1, Math.min(end.getUTCDate(), last)) - TOKYO_MS);
}

/** Nothing while the year has long to go. */
export function yearWords(until: string | undefined): string | null {
    if (!until) return null;
    const left = Date.parse(until) - now.value.getTime();
    if (left <= 0)
        return t(
            '支援措置の期間が過ぎています。伏せたままです。更新するか、本人に確かめて解除してください。',
            'The year of protection is over. It stays hidden. Renew it, or make sure with the person and turn it off.',
        );
    const days = Math.ceil(left / DAY_MS);
    if (days > SOON_DAYS) return null;
    return t(
        `支援措置の期間は、あと${days}日で終わります。過ぎても伏せたままです。更新するか、本人に確かめて解除してください。`,
        `The year of protection ends in ${days} days. It stays hidden after that. Renew it, or make sure with the person and turn it off.`,
    );
}

export function YearNotice(p: { until: string | undefined }): JSX.Element | null {
    const words = yearWords(p.until);
    return words ? <Notice tone="warn" live={false} title={words} /> : null;
}
