// People who are named to see something: by account, and by agency where more than one agency's staff may be named. Whoever is always one of
// them stands there and cannot be taken out; a name that was typed and not added yet counts, too (allNamed).
import type { JSX } from 'preact';
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

/** A name that is being typed. */
export interface Typing {
    user: string;
    /** '' where only one agency's staff is named. */
    agency: string;
}

interface Naming {
    value: readonly string[];
    typing: Typing;
    /** People of several agencies may be named. */
    hasAgency: boolean;
    /** Who is one of them anyway: whoever fills in the form. */
    always: string;
}

const nameOf = (p: Naming): string => (p.hasAgency ? `${p.typing.user.trim()}@${p.typing.agency}` : p.typing.user.trim());

function isWhole(p: Naming): boolean {
    const name = nameOf(p);
    return p.typing.user.trim() !== '' && (!p.hasAgency || p.typing.agency !== '') && name !== p.always && !p.value.includes(name);
}

/** Those who were added, and the one who is being typed. */
export function allNamed(p: Naming): string[] {
    return isWhole(p) ? [...p.value, nameOf(p)] : [...p.value];
}

export function Named(
    p: Naming & {
        legend: string;
        hint: string;
        onValue: (names: string[]) => void;
        onTyping: (typing: Typing) => void;
        /** Beside the one who always is. */
        most: number;
    },
): JSX.Element {
    const isFull = p.value.length >= p.most;
    const isReady = isWhole(p) && !isFull;
    const add = (): void => {
        if (!isReady) return;
        p.onValue(allNamed(p));
        p.onTyping({ ...p.typing, user: '' });
    };
    return (
        <fieldset class="group">
            <legend>{p.legend}</legend>
            <p class="hint">{p.hint}</p>
            <ul class="picked" aria-label={p.legend}>
                <li>
                    <NamedOne of={p.always} />
                    <span class="hint">{t('あなた', 'you')}</span>
                </li>
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
            {isFull ? (
                <p class="hint">{t(`${p.most + 1}人までです。`, `At most ${p.most + 1}.`)}</p>
            ) : (
                <div
                    onKeyDown={(e) => {
                        if (e.key !== 'Enter' || e.isComposing || e.defaultPrevented || !(e.target instanceof HTMLInputElement)) return;
                        e.preventDefault(); // it ends a name, and does not send the form
                        add();
                    }}
                >
                    <div class="columns">
                        <TextField
                            label={t('加える人の利用者名', 'User name of whom to add')}
                            value={p.typing.user}
                            onValue={(user) => p.onTyping({ ...p.typing, user })}
                            maxLength={63}
                        />
                        {p.hasAgency ? (
                            <AgencyPick
                                label={t('その人の機関', 'Their agency')}
                                value={p.typing.agency}
                                onValue={(agency) => p.onTyping({ ...p.typing, agency })}
                            />
                        ) : null}
                    </div>
                    <Button disabled={!isReady} onPress={add}>
                        {t('この人を加える', 'Add')}
                    </Button>
                </div>
            )}
        </fieldset>
    );
}
