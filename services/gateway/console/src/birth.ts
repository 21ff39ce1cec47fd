// A birth date as people say it on the telephone: S21.3.5, 昭和21年3月5日, 19460305, 1946-03-05, 元年, a day or a month that is not known.
// What cannot have been meant is a fault and never a guess; what is kept is ISO 8601. Depends on nothing, so that it can be tested alone.

interface Era {
    letter: string;
    name: string;
    en: string;
    first: string;
    last: string;
}

/** First and last day; the day of a change belongs to both, until 昭和. */
const ERAS: readonly Era[] = [
    { letter: 'M', name: '明治', en: 'Meiji', first: '1868-01-25', last: '1912-07-30' },
    { letter: 'T', name: '大正', en: 'Taisho', first: '1912-07-30', last: '1926-12-25' },
    { letter: 'S', name: '昭和', en: 'Showa', first: '1926-12-25', last: '1989-01-07' },
    { letter: 'H', name: '平成', en: 'Heisei', first: '1989-01-08', last: '2019-04-30' },
    { letter: 'R', name: '令和', en: 'Reiwa', first: '2019-05-01', last: '2199-12-31' },
];

const OLDEST = 130;

/** Year, month and day; 0 = not known. */
interface Parts {
    year: number;
    month: number;
    day: number;
}

export type Understood =
    | { kind: 'none' }
    | { kind: 'date'; iso: string }
    | { kind: 'age'; age: number }
    | { kind: 'fault'; why: 'form' | 'no_such_day' | 'future' | 'too_old' }
    | { kind: 'fault'; why: 'era'; era: Era };

const two = (n: number): string => String(n).padStart(2, '0');

function isoOf(p: Parts): string {
    return `${String(p.year).padStart(4, '0')}${p.month ? `-${two(p.month)}` : ''}${p.day ? `-${two(p.day)}` : ''}`;
}

function partsOf(iso: string): Parts {
    const [year, month, day] = iso.split('-').map(Number);
    return { year: year ?? 0, month: month ?? 0, day: day ?? 0 };
}

function isDay(p: Parts): boolean {
    if (p.month > 12 || (p.day > 0 && !p.month)) return false;
    return !p.day || p.day <= new Date(Date.UTC(p.year, p.month, 0)).getUTCDate();
}

/** One spelling for all: half width, capitals, no blanks, 元 as 1. */
function plain(text: string): string {
    return text
        .normalize('NFKC')
        .trim()
        .replace(/(?<=\d)\s+(?=\d)/g, '.')
        .replace(/\s+/g, '')
        .replace(/[‐‑–—―−ー]/g, '-')
        .replace(/(生まれ|うまれ|生)$/, '')
        .toUpperCase()
        .replace(/元(?=年|[-./・]|$)/, '1');
}

const AGE = /^(?:約|およそ|だいたい)?(\d{1,3})(?:歳|才)(?:くらい|ぐらい|位|前後|代|頃|ころ|ごろ)?$|^ABOUT(\d{1,3})$/;
const WRITTEN = /^(\d{1,4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?$/;
const MARKED = /^(\d{1,4})[-./・](\d{1,2})(?:[-./・](\d{1,2}))?$/;
const DIGITS = /^(\d{2}|\d{4})(\d{2})(\d{2})$/;

/** Era, and the rest without it. */
function eraOf(text: string): [Era | undefined, string] {
    for (const era of ERAS)
        for (const start of [era.name, era.name.slice(0, 1), era.letter])
            if (text.startsWith(start)) return [era, text.slice(start.length).replace(/^[.・]/, '')];
    return [undefined, text];
}

/** Digits alone are six after an era and eight without one; a year alone has four of them or its 年. */
function read(text: string, hasEra: boolean): Parts | null {
    const digits = DIGITS.exec(text);
    const found =
        digits && (digits[1]?.length === 2) === hasEra
            ? digits
            : (WRITTEN.exec(text) ?? MARKED.exec(text) ?? (hasEra ? /^(\d{1,2})$/ : /^(\d{4})$/).exec(text));
    if (!found) return null;
    const parts = { year: Number(found[1]), month: Number(found[2] ?? 0), day: Number(found[3] ?? 0) };
    if (parts.year < 1 || (!hasEra && parts.year < 1000) || (found[2] && !parts.month) || (found[3] && !parts.day)) return null;
    return parts;
}

/** Is any day that may be meant a day of the era? */
function covers(era: Era, iso: string): boolean {
    return iso >= era.first.slice(0, iso.length) && iso <= era.last.slice(0, iso.length);
}

/** What was meant; `today` is an ISO date. */
export function understand(text: string, today: string): Understood {
    const said = plain(text);
    if (!said) return { kind: 'none' };
    const age = AGE.exec(said);
    if (age) {
        const years = Number(age[1] ?? age[2]);
        return years <= OLDEST ? { kind: 'age', age: years } : { kind: 'fault', why: 'too_old' };
    }
    const [era, rest] = eraOf(said);
    const parts = read(rest, era !== undefined);
    if (!parts) return { kind: 'fault', why: 'form' };
    if (era) parts.year += Number(era.first.slice(0, 4)) - 1;
    if (!isDay(parts)) return { kind: 'fault', why: 'no_such_day' };
    const iso = isoOf(parts);
    if (era && !covers(era, iso)) return { kind: 'fault', why: 'era', era };
    if (iso > today.slice(0, iso.length)) return { kind: 'fault', why: 'future' };
    if (agesOf(iso, today)[0] > OLDEST) return { kind: 'fault', why: 'too_old' };
    return { kind: 'date', iso };
}

/** What is sent: the date, or nothing where there is none. */
export function birthOf(text: string, today: string): string {
    const u = understand(text, today);
    return u.kind === 'date' ? u.iso : '';
}

/** 昭和21年3月5日, or Showa 21; of a year or month in which the era changed, both. */
export function inEra(iso: string): { ja: string; en: string } {
    const { year, month, day } = partsOf(iso);
    const told = ERAS.filter((era) => covers(era, iso)).map((era) => {
        const count = year - Number(era.first.slice(0, 4)) + 1;
        const rest = `${month ? `${month}月` : ''}${day ? `${day}日` : ''}`;
        return { ja: `${era.name}${count === 1 ? '元' : count}年${rest}`, en: `${era.en} ${count}` };
    });
    const meant = day ? told.slice(-1) : told;
    return { ja: meant.map((m) => m.ja).join('・'), en: meant.map((m) => m.en).join(' / ') };
}

/** At least and at most so old today: both are the same when the day is known. */
export function agesOf(iso: string, today: string): [number, number] {
    const birth = partsOf(iso);
    const now = partsOf(today);
    const most = now.year - birth.year;
    const isPast = (month: number, day: number): boolean => now.month > month || (now.month === month && now.day >= day);
    const least = most - (isPast(birth.month || 12, birth.day || 31) ? 0 : 1);
    return [Math.max(0, least), Math.max(0, most - (isPast(birth.month || 1, birth.day || 1) ? 0 : 1))];
}

type Band = 'child' | 'youth' | 'adult' | 'elder';

export function bandOf(age: number): Band {
    if (age < 18) return 'child';
    if (age < 40) return 'youth';
    return age < 65 ? 'adult' : 'elder';
}

/** The band that the text tells, if it tells one. */
export function bandTold(text: string, today: string): Band | undefined {
    const u = understand(text, today);
    if (u.kind === 'age') return bandOf(u.age);
    if (u.kind !== 'date') return undefined;
    const [least, most] = agesOf(u.iso, today).map(bandOf);
    return least === most ? least : undefined;
}
