// A household member is added, or corrected: only what was changed is sent, so that nothing hidden from the writer is ever overwritten.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MaskedField, PersonContents, PersonPrivate, Relation } from '@api';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { options, t, word } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { Notice } from '../../ui/notice';

type Field = keyof PersonPrivate;
type Form = { relation: Relation | '' } & { [F in Field]?: string };

const OPEN: readonly Field[] = ['name', 'kana', 'alias', 'former_name', 'birth_date'];
const CARE: readonly (Field & MaskedField)[] = ['phone', 'address', 'workplace', 'school', 'shelter', 'safe_contact'];

function label(field: Field): string {
    const LABELS: Record<string, string> = {
        name: t('氏名', 'Name'),
        kana: t('ふりがな', 'Reading'),
        alias: t('通称', 'Known as'),
        former_name: t('旧姓・旧氏', 'Former name'),
        birth_date: t('生年月日', 'Date of birth'),
    };
    return LABELS[field] ?? word('masked_field', field);
}

function Fields(p: { of: PersonContents | undefined; form: Form; set: (change: Partial<Form>) => void }): JSX.Element {
    const { of, form, set } = p;
    const isBirth = (f: Field): boolean => f === 'birth_date' && /^(\d{4}-\d{2}-\d{2})?$/.test(form.birth_date ?? of?.birth_date ?? '');
    const shut = CARE.filter((f) => of?.masked.includes(f));
    const [isOpen, setOpen] = useState(!of?.is_protected);
    const one = (f: Field): JSX.Element => (
        <TextField
            key={f}
            label={label(f)}
            value={form[f] ?? of?.[f] ?? ''}
            onValue={(v) => set({ [f]: v })}
            maxLength={f === 'phone' ? 13 : 60}
            type={isBirth(f) ? 'date' : f === 'phone' ? 'tel' : 'text'}
            {...(f === 'kana' ? { hint: t('ひらがなで', 'in hiragana') } : {})}
            {...(f === 'safe_contact' ? { hint: t('連絡してよい方法と時間、名乗り方', 'how and when, and who to say is calling') } : {})}
        />
    );
    return (
        <>
            <div class="columns">{OPEN.map(one)}</div>
            {shut.length ? (
                <Notice
                    tone="protect"
                    live={false}
                    title={t('あなたに伏せている項目は、ここでは変えられません。', 'What is hidden from you is not changed here.')}
                >
                    <p>{shut.map((f) => word('masked_field', f)).join('、')}</p>
                </Notice>
            ) : null}
            {isOpen ? (
                <div class="columns">{CARE.filter((f) => !shut.includes(f)).map(one)}</div>
            ) : (
                <p class="acts">
                    <Button onPress={() => setOpen(true)}>
                        {t('伏せている項目も訂正する（画面に表示されます）', 'Correct what is covered, too (it will be on the screen)')}
                    </Button>
                </p>
            )}
        </>
    );
}

export function PersonForm(p: { case_id: string; of: PersonContents | undefined; onDone: () => void; onBack: () => void }): JSX.Element {
    const draft = useDraft<Form>('person_put', p.of?.person_id ?? `new-${p.case_id}`, { relation: p.of?.relation ?? '' });
    const { value: form, set } = draft;
    const act = useAct();
    const isSelf = p.of?.person_id === p.case_id;
    const { relation, ...typed } = form;
    const changed = Object.entries(typed).filter(([f, v]) => v !== (p.of?.[f as Field] ?? ''));
    const isReady = relation !== '' && (p.of ? changed.length > 0 || relation !== p.of.relation : changed.length > 0);
    async function send(key: string): Promise<void> {
        await call(
            'person_put',
            {
                case_id: p.case_id,
                ...(p.of ? { person_id: p.of.person_id } : {}),
                relation: relation || 'other',
                sealed: Object.fromEntries(changed),
            },
            key,
        );
        await draft.drop().catch(() => undefined);
    }
    return (
        <section class="group">
            <h2>{p.of ? t('訂正する', 'Correct') : t('世帯員を加える', 'Add a household member')}</h2>
            <Kept state={draft.state} />
            <ActForm
                act={act}
                send={t('記録する', 'Record')}
                isReady={isReady}
                onSend={send}
                onDone={p.onDone}
                more={<Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>}
            >
                <p class="hint">
                    {t('わかる範囲で。前の記録は履歴に残ります。', 'As far as known. What was recorded before stays in the history.')}
                </p>
                {isSelf ? null : (
                    <Select
                        label={t('本人との続柄', 'Relation to the person supported')}
                        options={options('relation').filter(([w]) => w !== 'self')}
                        empty={t('選んでください', 'Choose')}
                        value={relation}
                        onValue={(v) => set({ relation: v as Relation })}
                        required
                    />
                )}
                <Fields of={p.of} form={form} set={set} />
            </ActForm>
        </section>
    );
}
