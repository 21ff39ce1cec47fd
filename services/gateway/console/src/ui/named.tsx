// People who are named to see something: by account, and by agency where more than one agency's staff may be named.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../text';
import { AgencyName } from './agency';
import { AgencyPick } from './agency-picker';
import { Button } from './button';
import { TextField } from './form';

/** user@agency in words. */
export function NamedOne(p: { of: string }): JSX.Element {
    const [user, agency] = p.of.split('@');
    return agency ? (
        <span>
            {user}（<AgencyName code={agency} />）
        </span>
    ) : (
        <span>{p.of}</span>
    );
}

interface Naming {
    legend: string;
    hint: string;
    value: readonly string[];
    onValue: (names: string[]) => void;
    most: number;
    /** Given: people of several agencies may be named, this one first. */
    ofAgency?: string;
}

export function Named(p: Naming): JSX.Element {
    const [user, setUser] = useState('');
    const [agency, setAgency] = useState(p.ofAgency ?? '');
    const hasAgency = p.ofAgency !== undefined;
    const name = hasAgency ? `${user.trim()}@${agency}` : user.trim();
    const isReady = user.trim() !== '' && (!hasAgency || agency !== '') && !p.value.includes(name) && p.value.length < p.most;
    return (
        <fieldset class="group">
            <legend>{p.legend}</legend>
            <p class="hint">{p.hint}</p>
            <ul class="picked">
                {p.value.map((v) => (
                    <li key={v}>
                        <NamedOne of={v} />
                        <Button
                            weight="quiet"
                            onPress={() => p.onValue(p.value.filter((x) => x !== v))}
                            label={t(`${v} を外す`, `Remove ${v}`)}
                        >
                            {t('外す', 'Remove')}
                        </Button>
                    </li>
                ))}
            </ul>
            <div class="columns">
                <TextField label={t('利用者名', 'User name')} value={user} onValue={setUser} maxLength={63} />
                {hasAgency ? <AgencyPick label={t('その人の機関', 'Their agency')} value={agency} onValue={setAgency} /> : null}
            </div>
            <Button
                disabled={!isReady}
                onPress={() => {
                    p.onValue([...p.value, name]);
                    setUser('');
                }}
            >
                {t('この人を加える', 'Add')}
            </Button>
        </fieldset>
    );
}
