// Several names in one field, one a line: how they are written and how they are read.
import type { JSX } from 'preact';
import { t } from '../../text';
import { TextArea } from '../../ui/form';

export function OneALine(p: { label: string; value: string; onValue: (value: string) => void; fault?: string | undefined }): JSX.Element {
    return <TextArea {...p} rows={2} hint={t('1行に1つ', 'One a line')} />;
}

/** None of them empty. */
export function linesOf(text: string): string[] {
    return text
        .split('\n')
        .map((l) => l.trim())
        .filter(Boolean);
}
