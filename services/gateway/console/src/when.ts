// Moments and dates as an office in Japan writes them: 和暦 first, with the weekday; the other calendar beside it where there is room.
import { language, t } from './text';

const ZONE = 'Asia/Tokyo';
const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = locale + JSON.stringify(parts);
    let f = formats.get(key);
    if (!f) {
        f = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...parts });
        formats.set(key, f);
    }
    return f;
}

/** 令和8年11月22日（日） / Sun, 22 Nov 2026 */
export function day(at: Date): string {
    if (language.value === 'en') return format('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(at);
    const date = format('ja-JP-u-ca-japanese', { era: 'long', year: 'numeric', month: 'long', day: 'numeric' }).format(at);
    return `${date}（${format('ja-JP', { weekday: 'short' }).format(at)}）`;
}

/** 2026年11月22日, for whoever counts in Western years. */
export function westernDay(at: Date): string {
    return format(language.value === 'en' ? 'en-GB' : 'ja-JP', { dateStyle: 'long' }).format(at);
}

/** 14:05 */
export function clock(at: Date): string {
    return format('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** 11/22 14:05, for tables. */
export function brief(at: Date): string {
    return `${format('ja-JP', { month: 'numeric', day: 'numeric' }).format(at)} ${clock(at)}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 2日3時間, 45分; seconds are told only of what takes less than a minute. */
export function span(seconds: number): string {
    const s = Math.max(0, Math.round(seconds));
    const days = Math.floor(s / DAY);
    const hours = Math.floor((s % DAY) / HOUR);
    const minutes = Math.floor((s % HOUR) / MINUTE);
    if (s < MINUTE) return t(`${s}秒`, `${s} s`);
    if (!days && !hours) return t(`${minutes}分`, `${minutes} min`);
    if (!days) return t(`${hours}時間${minutes ? `${minutes}分` : ''}`, `${hours} h ${minutes} min`);
    return t(`${days}日${hours ? `${hours}時間` : ''}`, `${days} d ${hours} h`);
}

/** How long until then, or since. */
export function toGo(until: Date, now: Date): string {
    const seconds = (until.getTime() - now.getTime()) / 1000;
    return seconds >= 0 ? t(`あと${span(seconds)}`, `in ${span(seconds)}`) : t(`${span(-seconds)}超過`, `${span(-seconds)} late`);
}

const TOKYO_MS = 9 * HOUR * 1000;

/** 2026-11-22, as it is in Japan. */
export function isoToday(plusDays = 0): string {
    return new Date(Date.now() + TOKYO_MS + plusDays * DAY * 1000).toISOString().slice(0, 10);
}
