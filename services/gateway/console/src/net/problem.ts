// Why something was not done, in words. What the server says is shown as it says it; what never reached it is said here.
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

export class Problem extends Error {
    /** The word at the end of the problem's type; `offline` = nothing answered. */
    readonly word: string;
    readonly http: number;
    readonly state: string | undefined;
    readonly #ja: string;
    readonly #en: string;

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
        return this.word === 'offline' || this.http === 503 || this.http === 504 || this.http === 429;
    }
}

export function offline(): Problem {
    return new Problem(
        'offline',
        0,
        'サーバーにつながりません。入力した内容は残っています。つながり次第、自動で続けます。',
        'The server cannot be reached. What you typed is kept; this goes on by itself when the line is back.',
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

export async function problemOf(response: Response): Promise<Problem> {
    const type = response.headers.get('Content-Type') ?? '';
    const told: Told = type.includes('json') ? ((await response.json().catch(() => ({}))) as Told) : {};
    const word = told.type?.split(':').at(-1) ?? 'unknown';
    const fallback = t(`できませんでした（${response.status}）`, `This could not be done (${response.status})`);
    return new Problem(word, response.status, told.detail ?? told.title ?? fallback, told.detail_en ?? told.detail ?? fallback, told.state);
}
