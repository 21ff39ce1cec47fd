// The person to be supported, as far as known. The reading follows the name, and the age follows the date of birth, until either is said by
// hand.
import type { JSX } from 'preact';
import type { AgeBand, Area } from '@api';
import { bandTold } from '../../birth';
import { options, t, word } from '../../text';
import { BirthField } from '../../ui/birth-field';
import { Select, TextField } from '../../ui/form';
import { useFurigana } from '../../ui/furigana';
import { isoToday } from '../../when';
import type { Form } from './new';

export function Person(p: { form: Form; set: (change: Partial<Form>) => void; isTried: boolean }): JSX.Element {
    const { form, set } = p;
    const furigana = useFurigana(form.kana, (kana) => set({ kana }));
    const born = (birth_date: string): void => {
        const band = bandTold(birth_date, isoToday());
        const isOpen = form.age_band === 'unknown' || form.isAgeTold;
        set({ birth_date, ...(isOpen ? { age_band: band ?? 'unknown', isAgeTold: band !== undefined } : {}) });
    };
    const told = bandTold(form.birth_date, isoToday());
    const isOther = told !== undefined && told !== form.age_band;
    return (
        <fieldset class="group">
            <legend>{t('本人（わかる範囲で）', 'The person (as far as known)')}</legend>
            <p class="hint">
                {t(
                    '氏名・住所などは、受け付けたあとでケースの「世帯」に書き足せます。',
                    'Name, address and so on can be added afterwards, under “Household” of the case.',
                )}
            </p>
            <div class="columns">
                <Select label={t('地域', 'Area')} options={options('area')} value={form.area} onValue={(v) => set({ area: v as Area })} />
                <Select
                    label={t('年齢層', 'Age')}
                    options={options('age_band')}
                    value={form.age_band}
                    onValue={(v) => set({ age_band: v as AgeBand, isAgeTold: false })}
                    told={
                        isOther
                            ? t(`生年月日からは「${word('age_band', told)}」です`, `The date of birth says “${word('age_band', told)}”`)
                            : form.isAgeTold
                              ? t('生年月日から入れました', 'Told by the date of birth')
                              : ''
                    }
                />
                <TextField
                    label={t('氏名', 'Name')}
                    value={form.name}
                    onValue={(name) => {
                        set({ name });
                        furigana.onName(name);
                    }}
                    composing={furigana.composing}
                    maxLength={60}
                />
                <TextField label={t('ふりがな', 'Reading')} value={form.kana} onValue={(kana) => set({ kana })} maxLength={60} />
                <BirthField label={t('生年月日', 'Date of birth')} value={form.birth_date} onValue={born} isAgeTaken isTried={p.isTried} />
                <TextField
                    label={t('電話', 'Telephone')}
                    type="tel"
                    inputMode="tel"
                    value={form.phone}
                    onValue={(phone) => set({ phone })}
                    maxLength={20}
                />
                <TextField label={t('住所', 'Address')} value={form.address} onValue={(address) => set({ address })} maxLength={120} />
            </div>
        </fieldset>
    );
}
