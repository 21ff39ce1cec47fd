// Agencies by name: the directory is asked once, and again when a code turns up that it did not have.
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { call } from '../net/call';

const names = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

function ask(code: string): void {
    if (asked.has(code)) return;
    asked.add(code);
    call('agency_show', { agency: code }).then(
        (a) => {
            names.value = new Map(names.value).set(code, a.name);
        },
        () => asked.delete(code),
    );
}

/** The name as far as it is known; the code until then. */
export function agencyName(code: string | undefined): string {
    return code ? (names.value.get(code) ?? code) : '';
}

/** Names that are wanted where no element can stand, such as in the text of an option: asked for, and the page is drawn anew with them. */
export function useAgencyNames(codes: readonly string[]): (code: string) => string {
    const wanted = codes.join();
    useEffect(() => codes.forEach(ask), [wanted]);
    return (code) => agencyName(code);
}

export function AgencyName(p: { code: string | undefined }): JSX.Element {
    const code = p.code;
    useEffect(() => {
        if (code) ask(code);
    }, [code]);
    return <>{code ? agencyName(code) : '－'}</>;
}
