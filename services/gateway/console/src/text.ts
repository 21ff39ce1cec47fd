// Words for people: Japanese first, English beside it. Both stand where they are used, so none can be missing.
import { signal } from '@preact/signals';
import { WORDS } from '@api';

export type Language = 'ja' | 'en';

const KEPT = 'kashimaru.language';

export const language = signal<Language>(localStorage.getItem(KEPT) === 'en' ? 'en' : 'ja');

export function speak(next: Language): void {
    language.value = next;
    localStorage.setItem(KEPT, next);
    document.documentElement.lang = next;
}

export function t(ja: string, en: string): string {
    return language.value === 'ja' ? ja : en;
}

type Lists = typeof WORDS;

/** What people read for a word of a code list; in English the word itself. */
export function word<L extends keyof Lists>(list: L, value: string | undefined): string {
    if (value === undefined) return '－';
    const labels: Readonly<Record<string, string>> = WORDS[list];
    return language.value === 'ja' ? (labels[value] ?? value) : value.replaceAll('_', ' ');
}

/** The words of a list with what people read, in the list's order. */
export function options<L extends keyof Lists>(list: L, only?: readonly string[]): [string, string][] {
    return Object.keys(WORDS[list])
        .filter((w) => !only || only.includes(w))
        .map((w) => [w, word(list, w)]);
}
