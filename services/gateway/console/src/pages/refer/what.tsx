// What is handed over, how, and on which ground, with what each choice means in one line beside it.
import type { JSX } from 'preact';
import type { BasisLine, CaseView, Item, LegalBasis, Need, Purpose, ReferralKind } from '@api';
import type { Draft } from '../../net/draft';
import { options, t, word } from '../../text';
import { Checks, Radios, Select } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Needs, needsFault } from '../../ui/needs';
import { Notice } from '../../ui/notice';
import { inOneLine } from './grounds';

/** What must be known of a case to refer it. */
export type About = Pick<CaseView, 'case_id' | 'needs' | 'consent'>;

export interface Form {
    to: string[];
    kind: ReferralKind;
    needs: Need[];
    items: Item[];
    basis: LegalBasis;
    purpose: Purpose;
    override: string;
}

const KINDS: readonly ReferralKind[] = ['transfer', 'added_support', 'consult', 'information'];

/** What happens when they accept. */
function meansOf(kind: ReferralKind): string {
    if (kind === 'transfer')
        return t(
            '相手が引き受けると、主担当が相手に移ります。それまでは、あなたの機関が主担当です。',
            'When they accept, they lead the case. Until then your agency does.',
        );
    if (kind === 'added_support')
        return t('相手が支援機関に加わります。主担当は変わりません。', 'They join those who support. The lead does not change.');
    if (kind === 'consult')
        return t('意見や助言をもらいます。主担当は変わりません。', 'They are asked for advice. The lead does not change.');
    return t(
        '本人の情報を渡さずに知らせます。主担当は変わりません。',
        'They are told, without anything about the person. The lead does not change.',
    );
}

/** What this ground means and covers, in words, beside what was ticked. */
function Ground(p: { bases: readonly BasisLine[]; form: Form; view: About }): JSX.Element {
    const basis = p.bases.find((b) => b.code === p.form.basis);
    if (!basis)
        return p.form.items.length && p.form.kind !== 'information' ? (
            <Notice
                tone="warn"
                title={t('本人の情報を渡すには、根拠を選んでください', 'Choose a ground to give anything about the person')}
            />
        ) : (
            <p class="hint">{inOneLine('none')}</p>
        );
    const beyond = p.form.items.filter((i) => !basis.items.includes(i));
    return beyond.length ? (
        <Notice tone="warn" title={t('この根拠では渡せない項目があります', 'This ground does not cover all of it')}>
            <p>{beyond.map((i) => word('item', i)).join('、')}</p>
        </Notice>
    ) : (
        <>
            <p>{inOneLine(basis.code)}</p>
            <p class="hint">{basis.law}</p>
            {basis.needs_consent && p.view.consent === 'not_given' ? (
                <Notice
                    tone="warn"
                    live={false}
                    title={t(
                        '受付のときは「同意なし」でした。同意を得ていれば、ケースの「同意」に記録してください。',
                        'At reception there was no consent: if there is one now, record it under “Consents” of the case.',
                    )}
                />
            ) : null}
        </>
    );
}

export function WhatAndWhy(p: { draft: Draft<Form>; view: About; isTried: boolean }): JSX.Element {
    const { value: form, set } = p.draft;
    const bases = useCall('basis_list', {});
    const needsItems = form.kind !== 'information';
    return (
        <>
            <h2>{t('2. 何を、どの根拠で渡すか', '2. What they are told, and on which ground')}</h2>
            <Radios
                legend={t('つなぎ方', 'What accepting does')}
                options={options('referral_kind', KINDS)}
                value={form.kind}
                onValue={(v) => set({ kind: v as ReferralKind })}
            />
            <p class="hint">{meansOf(form.kind)}</p>
            <Needs
                value={form.needs}
                only={p.view.needs}
                onValue={(needs) => set({ needs })}
                fault={p.isTried ? needsFault(form.needs) : undefined}
            />
            {needsItems ? (
                <Checks
                    legend={t('渡す情報', 'What is disclosed')}
                    options={options('item')}
                    value={form.items}
                    onValue={(v) => set({ items: v as Item[] })}
                    hint={t('必要なものだけを。渡した記録が残ります。', 'Only what is needed. What is given is written down.')}
                />
            ) : null}
            <div class="columns">
                <Show of={bases}>
                    {(b) => (
                        <Select
                            label={t('根拠', 'Ground')}
                            options={options('legal_basis', ['none', ...b.bases.map((x) => x.code)])}
                            value={form.basis}
                            onValue={(v) => set({ basis: v as LegalBasis })}
                        />
                    )}
                </Show>
                <Select
                    label={t('目的', 'For')}
                    options={options('purpose')}
                    value={form.purpose}
                    onValue={(v) => set({ purpose: v as Purpose })}
                />
            </div>
            {bases.value ? <Ground bases={bases.value.bases} form={form} view={p.view} /> : null}
        </>
    );
}
