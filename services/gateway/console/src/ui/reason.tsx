// Why something ends or is taken back: one of the reasons that are counted, chosen by a person and never filled in before.
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Reason } from '@api';
import { options, t } from '../text';
import { Ask } from './dialog';
import { Select } from './form';

export function ReasonSelect(p: {
    label: string;
    of: readonly Reason[];
    value: Reason | '';
    onValue: (reason: Reason) => void;
}): JSX.Element {
    return (
        <Select
            label={p.label}
            options={options('reason', p.of)}
            empty={t('選んでください', 'Choose')}
            value={p.value}
            onValue={(v) => p.onValue(v as Reason)}
            required
        />
    );
}

/** Asks once, and why: without a reason it is not done. What it means stands in `children`. */
export function AskWhy(p: {
    title: string;
    yes: string;
    label: string;
    reasons: readonly Reason[];
    onYes: (reason: Reason, key: string) => Promise<unknown>;
    onDone: () => void;
    onClose: () => void;
    children: ComponentChildren;
}): JSX.Element {
    const [reason, setReason] = useState<Reason | ''>('');
    return (
        <Ask
            title={p.title}
            yes={p.yes}
            isReady={reason !== ''}
            onClose={p.onClose}
            onDone={p.onDone}
            onYes={(key) => p.onYes(reason || 'other', key)}
        >
            {p.children}
            <ReasonSelect label={p.label} of={p.reasons} value={reason} onValue={setReason} />
        </Ask>
    );
}
