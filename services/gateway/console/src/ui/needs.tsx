// The needs of a consultation: those most often met stand first, the others are found by typing.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Need } from '@api';
import { options, t, word } from '../text';
import { Checks, TextField } from './form';

const OFTEN: readonly Need[] = [
    'poverty',
    'long_term_care',
    'hikikomori',
    'disability',
    'disability_suspected',
    'mental_health',
    'illness',
    'isolation',
    'family_relations',
    'job_seeking',
    'housing_unstable',
    'child_rearing',
    'dementia',
    'abuse_elder',
    'dv',
    'young_carer',
];

export function Needs(p: {
    value: Need[];
    onValue: (value: Need[]) => void;
    fault?: string | undefined;
    only?: readonly Need[];
}): JSX.Element {
    const [sought, setSought] = useState('');
    const all = options('need', p.only);
    const isSought = ([w, label]: [string, string]): boolean =>
        sought !== '' && (label.includes(sought) || w.includes(sought.toLowerCase()));
    const isShown = (o: [string, string]): boolean =>
        !!p.only || OFTEN.includes(o[0] as Need) || p.value.includes(o[0] as Need) || isSought(o);
    return (
        <>
            <Checks
                legend={t('課題（急ぐものから）', 'Needs (most urgent first)')}
                options={all.filter(isShown)}
                value={p.value}
                required
                fault={p.fault}
                onValue={(v) => p.onValue(v as Need[])}
            />
            {p.only ? null : (
                <TextField label={t('ほかの課題をさがす', 'Find another need')} type="search" value={sought} onValue={setSought} />
            )}
            {p.value.length > 1 ? (
                <p class="hint">
                    {t('順番：', 'Order: ')}
                    {p.value.map((n) => word('need', n)).join(' → ')}
                </p>
            ) : null}
        </>
    );
}
