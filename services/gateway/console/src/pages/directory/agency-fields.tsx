// The fields of an agency: who it is, and what is asked of it when people are handed on.
import type { JSX } from 'preact';
import { options, t } from '../../text';
import { AgencyPick } from '../../ui/agency-picker';
import { Checks, Radios, Select, TextArea, TextField } from '../../ui/form';
import type { AgencyForm, Faults, RoutingForm } from './agency-form';
import { fieldName, weekdays } from './fields';
import { OneALine } from './one-a-line';
import { Picks, ProgrammePicks, TargetPicks } from './picks';

/** One of two, in the order given. */
function YesNo(p: {
    legend: string;
    hint?: string;
    options: readonly (readonly ['yes' | 'no', string])[];
    value: boolean;
    onValue: (value: boolean) => void;
}): JSX.Element {
    return <Radios {...p} value={p.value ? 'yes' : 'no'} onValue={(v) => p.onValue(v === 'yes')} />;
}

export function AgencyFields(p: {
    value: AgencyForm;
    onValue: (change: Partial<AgencyForm>) => void;
    faults: Faults;
    kinds: readonly string[];
    programmes: ReadonlyMap<string, string>;
    isNew: boolean;
}): JSX.Element {
    const { value: f, onValue: set, faults } = p;
    return (
        <section class="group">
            <h2>{t('機関の内容', 'The agency')}</h2>
            <TextField
                label={fieldName('name')}
                value={f.name}
                onValue={(name) => set({ name })}
                required
                fault={faults.name}
                maxLength={100}
                wide
            />
            <div class="columns">
                {p.isNew ? (
                    <TextField
                        label={t('機関コード', 'Code')}
                        value={f.id}
                        onValue={(id) => set({ id: id.trim() })}
                        required
                        fault={faults.id}
                        maxLength={7}
                        hint={t('空いている番号を入れてあります', 'The next free one')}
                    />
                ) : null}
                <Select
                    label={fieldName('kind')}
                    value={f.kind}
                    onValue={(kind) => set({ kind })}
                    options={p.kinds.map((k) => [k, k])}
                    empty={t('選んでください', 'choose')}
                    required
                    fault={faults.kind}
                />
            </div>
            <AgencyPick
                label={fieldName('parent')}
                value={f.parent}
                onValue={(parent) => set({ parent, parentKept: '' })}
                hint={
                    f.parentKept
                        ? t(`いまの登録：${f.parentKept}`, `So far: ${f.parentKept}`)
                        : t('所管する課や法人。なければ空のままで', 'The body above it, if any')
                }
            />
            <Checks
                legend={fieldName('areas')}
                options={options('area', ['north', 'central', 'south', 'east'])}
                value={f.areas}
                onValue={(areas) => set({ areas })}
                hint={t('1つも選ばなければ、市内全域です', 'None chosen: the whole city')}
            />
            <TargetPicks value={f.targets} onValue={(targets) => set({ targets })} fault={faults.targets} />
            <YesNo
                legend={fieldName('can_receive_referral')}
                options={[
                    ['yes', t('受け入れる', 'yes')],
                    ['no', t('受け入れない', 'no')],
                ]}
                value={f.takes}
                onValue={(takes) => set({ takes })}
            />
            <OneALine label={fieldName('aliases')} value={f.aliases} onValue={(aliases) => set({ aliases })} fault={faults.aliases} />
            <ProgrammePicks value={f.programs} onValue={(programs) => set({ programs })} names={p.programmes} />
            <TextArea label={fieldName('note')} rows={2} value={f.note} onValue={(note) => set({ note })} maxLength={600} />
            <div class="columns">
                <TextField
                    label={fieldName('valid_from')}
                    type="date"
                    value={f.from}
                    onValue={(from) => set({ from })}
                    required
                    fault={faults.from}
                    hint={p.isNew ? undefined : t('変更がこの日から有効になります', 'The change holds from this day on')}
                />
                <TextField
                    label={fieldName('valid_to')}
                    type="date"
                    value={f.to}
                    onValue={(to) => set({ to })}
                    fault={faults.to}
                    hint={t('閉じる日が決まっているときだけ', 'Only when it is known')}
                />
            </div>
        </section>
    );
}

export function RoutingFields(p: {
    value: RoutingForm;
    onValue: (change: Partial<RoutingForm>) => void;
    faults: Faults;
    hadOne: boolean;
}): JSX.Element {
    const { value: f, onValue: set, faults } = p;
    return (
        <section class="group">
            <h2>{t('つなぎの条件', 'What routing must know')}</h2>
            {p.hadOne ? null : (
                <YesNo
                    legend={t('この機関の条件を決める', 'Conditions of this agency')}
                    hint={t(
                        '決めなければ、平日 8:30〜17:15、窓口となる課題なしとして候補に出ます。',
                        'Without them it counts as open on weekdays 8:30 to 17:15, and the desk of no need.',
                    )}
                    options={[
                        ['no', t('決めない', 'no')],
                        ['yes', t('決める', 'yes')],
                    ]}
                    value={f.isOn}
                    onValue={(isOn) => set({ isOn })}
                />
            )}
            {f.isOn ? (
                <>
                    <Picks
                        legend={fieldName('specialises')}
                        search={t('課題をさがす', 'Find a need')}
                        options={options('need')}
                        value={f.specialises}
                        onValue={(specialises) => set({ specialises })}
                    />
                    <div class="columns">
                        <TextField
                            label={fieldName('opens_min')}
                            value={f.opens}
                            onValue={(opens) => set({ opens })}
                            required
                            fault={faults.opens}
                        />
                        <TextField
                            label={fieldName('closes_min')}
                            value={f.closes}
                            onValue={(closes) => set({ closes })}
                            required
                            fault={faults.closes}
                        />
                    </div>
                    <Checks
                        legend={fieldName('open_weekdays')}
                        options={weekdays()}
                        value={f.weekdays}
                        onValue={(days) => set({ weekdays: days })}
                        required
                        fault={faults.weekdays}
                    />
                    <YesNo
                        legend={fieldName('emergency')}
                        options={[
                            ['no', t('しない', 'no')],
                            ['yes', t('する', 'yes')],
                        ]}
                        value={f.emergency}
                        onValue={(emergency) => set({ emergency })}
                    />
                    <Checks
                        legend={t('受け入れる年齢', 'Ages it serves')}
                        hint={t('1つも選ばなければ、すべての年齢です', 'None chosen: all ages')}
                        options={options('age_band', ['child', 'youth', 'adult', 'elder'])}
                        value={f.ages}
                        onValue={(ages) => set({ ages })}
                    />
                    <div class="columns">
                        <TextField
                            label={fieldName('capacity')}
                            value={f.capacity}
                            onValue={(capacity) => set({ capacity })}
                            inputMode="numeric"
                            fault={faults.capacity}
                            hint={t('空なら、上限を決めない', 'Empty: no limit')}
                        />
                        <Select
                            label={fieldName('legal_regime')}
                            value={f.regime}
                            onValue={(regime) => set({ regime })}
                            options={options('legal_regime')}
                            empty={t('選んでください', 'choose')}
                            required
                            fault={faults.regime}
                            hint={t(
                                '市や県の直営は「行政機関等」、委託や民間は「個人情報取扱事業者」',
                                'Run by the city or prefecture: public; others: private',
                            )}
                        />
                    </div>
                    <TextArea
                        label={fieldName('why')}
                        rows={2}
                        value={f.why}
                        onValue={(why) => set({ why })}
                        required
                        fault={faults.why}
                        maxLength={300}
                        hint={t('あとで確かめる人のために、どこで確かめたかを書きます', 'Where it was confirmed, for whoever checks later')}
                    />
                    <TextField
                        label={t('条件がなくなる日', 'Conditions end on')}
                        type="date"
                        value={f.to}
                        onValue={(to) => set({ to })}
                        fault={faults.until}
                        hint={t('この日から、つなぎ先の候補に出なくなります', 'From this day on it is no candidate')}
                    />
                </>
            ) : null}
        </section>
    );
}
