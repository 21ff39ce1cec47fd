// Why something was not done, in words. What the server says is shown as it says it; what never reached it, and what passes by itself, is
// said here, in words for people.
import { language, t } from '../text';

/** RFC 9457, as the gateway prints it. */
interface Told {
    status?: number;
    type?: string;
    title?: string;
    detail?: string;
    detail_en?: string;
    state?: string;
}

const GATEWAY_TIMEOUT = 504;
const UNAVAILABLE = 503;
const TOO_MANY = 429;

export class Problem extends Error {
    /** The word at the end of the problem's type; `offline` = nothing answered, `slow` = nothing yet. */
    readonly word: string;
    readonly http: number;
    readonly state: string | undefined;
    readonly #ja: string;
    readonly #en: string;
    /** For how long the server wants to be left alone. */
    after_ms = 0;
    /** It was sent before, and nobody knows what became of that: it may have been done then. */
    isAfterBreak = false;

    constructor(word: string, http: number, ja: string, en: string, state?: string) {
        super(word);
        this.word = word;
        this.http = http;
        this.state = state;
        this.#ja = ja;
        this.#en = en;
    }

    get words(): string {
        return language.value === 'ja' ? this.#ja : this.#en;
    }

    /** Trying again may help, and does no harm. */
    get isPassing(): boolean {
        return this.word === 'offline' || this.http === UNAVAILABLE || this.http === GATEWAY_TIMEOUT || this.http === TOO_MANY;
    }

    /** It may have been done although nobody said so. */
    get isUnclear(): boolean {
        return this.word === 'offline' || this.http === UNAVAILABLE || this.http === GATEWAY_TIMEOUT;
    }
}

export function offline(): Problem {
    return navigator.onLine
        ? new Problem(
              'offline',
              0,
              'サーバーにつながりません。入力した内容は残っています。つながり次第、自動で続けます。',
              'The server cannot be reached. What you typed is kept; this goes on by itself when the line is back.',
          )
        : new Problem(
              'offline',
              0,
              'このパソコンがネットワークにつながっていません。入力した内容は残っています。つながり次第、自動で続けます。',
              'This computer is not connected to the network. What you typed is kept; this goes on by itself when it is.',
          );
}

export function slow(): Problem {
    return new Problem(
        'slow',
        0,
        '応答に時間がかかっています。入力した内容は残っています。このままお待ちください。',
        'This takes longer than usual. What you typed is kept; please wait.',
    );
}

/** After a minute of trying: nothing goes on by itself any more, but the same press, once more, takes effect once. */
export function givenUp(): Problem {
    return new Problem(
        'offline',
        0,
        'サーバーにつながりませんでした。入力した内容は残っています。しばらくしてから、もう一度押してください。二重に記録されることはありません。',
        'The server could not be reached. What you typed is kept: please press again in a while. Nothing is recorded twice.',
    );
}

/** A part of the server does not answer: which one is nothing to whoever sits here. */
function passing(word: string, http: number): Problem {
    return new Problem(
        word,
        http,
        'いま、サーバーの一部が応答していません。入力した内容は残っています。しばらくしてから自動でやり直します。',
        'A part of the server does not answer just now. What you typed is kept; this is tried again by itself.',
    );
}

export async function problemOf(response: Response): Promise<Problem> {
    const type = response.headers.get('Content-Type') ?? '';
    const told: Told = type.includes('json') ? ((await response.json().catch(() => ({}))) as Told) : {};
    const word = told.type?.split(':').at(-1) ?? 'unknown';
    const fallback = t(`できませんでした（${response.status}）`, `This could not be done (${response.status})`);
    if (response.status === UNAVAILABLE || response.status === GATEWAY_TIMEOUT) return passing(word, response.status);
    const problem = new Problem(
        word,
        response.status,
        told.detail ?? told.title ?? fallback,
        told.detail_en ?? told.detail ?? fallback,
        told.state,
    );
    if (response.status === TOO_MANY) problem.after_ms = 1000 * Number(response.headers.get('Retry-After') ?? 0);
    return problem;
}
