// What signing in, enrolling and changing one's password have in common: a code field, a new password that is typed twice, and what a lost
// answer means for a code that works once.
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { Problem } from '../../net/problem';
import { t } from '../../text';
import { TextField } from '../../ui/form';

const LEAST = 15;

/** As the server wants it: without the blanks people and apps put between the digits. */
export function codeOf(text: string): string {
    return text.replace(/\s/g, '');
}

/** Says of what went wrong whether it answers something that an earlier try, of which no answer came, may have done already. */
export function useBreaks(): (e: unknown) => boolean {
    const wasCut = useRef(false);
    return (e) => {
        if (!(e instanceof Problem)) return false;
        const isAfter = wasCut.current || e.isAfterBreak;
        wasCut.current = e.isPassing && (isAfter || e.isUnclear);
        return isAfter && !e.isPassing;
    };
}

export function CodeField(p: { label?: string; hint?: string; value: string; onValue: (value: string) => void }): JSX.Element {
    return (
        <TextField
            label={p.label ?? t('確認コード', 'Code')}
            name="code"
            value={p.value}
            onValue={p.onValue}
            autocomplete="one-time-code"
            inputMode="numeric"
            hint={p.hint}
            required
        />
    );
}

export function PasswordField(p: {
    label?: string;
    value: string;
    onValue: (value: string) => void;
    isNew?: boolean;
    hint?: string;
    fault?: string | undefined;
}): JSX.Element {
    return (
        <TextField
            label={p.label ?? t('パスワード', 'Password')}
            name={p.isNew ? undefined : 'password'}
            type="password"
            value={p.value}
            onValue={p.onValue}
            autocomplete={p.isNew ? 'new-password' : 'current-password'}
            hint={p.hint}
            fault={p.fault}
            required
        />
    );
}

interface Twice {
    first: string;
    again: string;
}

export const NO_PASSWORD: Twice = { first: '', again: '' };

function isShort(p: Twice): boolean {
    return p.first !== '' && [...p.first].length < LEAST;
}

function differs(p: Twice): boolean {
    return p.again !== '' && p.again !== p.first;
}

/** Long enough, and twice the same. */
export function isPassword(p: Twice): boolean {
    return p.first !== '' && !isShort(p) && p.again === p.first;
}

export function NewPassword(p: { label: string; labelAgain: string; value: Twice; onValue: (value: Twice) => void }): JSX.Element {
    return (
        <>
            <PasswordField
                label={p.label}
                value={p.value.first}
                onValue={(first) => p.onValue({ ...p.value, first })}
                isNew
                hint={t(
                    `${LEAST}文字以上。いくつかの単語をつなげた文が覚えやすく安全です。`,
                    `${LEAST} characters or more; a few words in a row are easy to keep in mind, and safe.`,
                )}
                fault={isShort(p.value) ? t(`${LEAST}文字以上にしてください`, `At least ${LEAST} characters`) : undefined}
            />
            <PasswordField
                label={p.labelAgain}
                value={p.value.again}
                onValue={(again) => p.onValue({ ...p.value, again })}
                isNew
                fault={differs(p.value) ? t('パスワードが一致しません', 'The passwords differ') : undefined}
            />
        </>
    );
}
