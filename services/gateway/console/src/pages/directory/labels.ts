// The directory's files name things by their labels, as the plans print them, and in their order: what a form chose by code goes back so.
import { WORDS } from '@api';

type Labels = Readonly<Record<string, string>>;

export const TARGETS: Labels = WORDS.target;

export function codesOf(list: Labels, wanted: readonly string[]): string[] {
    return wanted.flatMap((l) => Object.entries(list).find(([, label]) => label === l)?.[0] ?? []);
}

export function labelsOf(list: Labels, codes: readonly string[]): string[] {
    return Object.keys(list)
        .filter((c) => codes.includes(c))
        .map((c) => list[c] ?? c);
}

/** The order of what was chosen before stays; only what changed is another. */
export function kept(before: readonly string[] | undefined, now: readonly string[]): string[] {
    const old = (before ?? []).filter((v) => now.includes(v));
    return [...old, ...now.filter((v) => !old.includes(v))];
}
