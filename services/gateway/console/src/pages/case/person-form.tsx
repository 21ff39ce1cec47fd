// A household member is added, or corrected: only what was changed is sent, so that nothing hidden from the writer is ever overwritten.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MaskedField, PersonContents, PersonPrivate, Relation } from '@api';
import { birthOf } from '../../birth';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { options, t, word } from '../../text';
import { BirthField, birthFault } from '../../ui/birth-field';
import { Button } from '../../ui/button';
import { Select, TextField } from '../../ui/form';
import { useFurigana } from '../../ui/furigana';
import { KeptForm } from '../../ui/kept';
import { Notice } from '../../ui/notice';
import { isoToday } from '../../when';

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

function Fields(p: { of: PersonContents | undefined; form: Form; set: (change: Partial<Form>) => void; isTried: boolean }): JSX.Element {
    const { of, form, set } = p;
    const shut = CARE.filter((f) => of?.masked.includes(f));
    const [isOpen, setOpen] = useState(!of?.is_protected);
    const valueOf = (f: Field): string => form[f] ?? of?.[f] ?? '';
    const furigana = useFurigana(valueOf('kana'), (kana) => set({ kana }));
    const birth = (
        <BirthField
            key="birth_date"
            label={label('birth_date')}
            value={valueOf('birth_date')}
            onValue={(birth_date) => set({ birth_date })}
            isTried={p.isTried}
        />
    );
    const one = (f: Field): JSX.Element => (
        <TextField
            key={f}
            label={label(f)}
            value={valueOf(f)}
            onValue={(v) => {
                set({ [f]: v });
                if (f === 'name') furigana.onName(v);
            }}
            maxLength={f === 'phone' ? 13 : 60}
            type={f === 'phone' ? 'tel' : 'text'}
            {...(f === 'name' ? { composing: furigana.composing } : {})}
            {...(f === 'kana' ? { hint: t('ひらがなで', 'in hiragana') } : {})}
            {...(f === 'safe_contact' ? { hint: t('連絡してよい方法と時間、名乗り方', 'how and when, and who to say is calling') } : {})}
        />
    );
    return (
        <>
            <div class="columns">{OPEN.map((f) => (f === 'birth_date' ? birth : one(f)))}</div>
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
    const isSelf = p.of?.person_id === p.case_id;
    const { relation, ...typed } = form;
    const changed = Object.entries(typed).filter(([f, v]) => typeof v === 'string' && v !== (p.of?.[f as Field] ?? '')); // and what quiet.ts keeps beside it
    const [isTried, setTried] = useState(false);
    const birth = changed.find(([f]) => f === 'birth_date')?.[1];
    const hasChanged = p.of ? changed.length > 0 || relation !== p.of.relation : changed.length > 0;
    const isReady = relation !== '' && hasChanged && !birthFault(birth ?? '');
    async function send(key: string): Promise<void> {
        await call(
            'person_put',
            {
                case_id: p.case_id,
                ...(p.of ? { person_id: p.of.person_id } : {}),
                relation: relation || 'other',
                sealed: Object.fromEntries(changed.map(([f, v]) => [f, f === 'birth_date' ? birthOf(v, isoToday()) : v])),
            },
            key,
        );
    }
    return (
        <section class="group" onSubmitCapture={() => setTried(true)}>
            <h2>{p.of ? t('訂正する', 'Correct') : t('世帯員を加える', 'Add a household member')}</h2>
            <KeptForm
                draft={draft}
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
                <Fields of={p.of} form={form} set={set} isTried={isTried} />
                {isTried && !hasChanged ? (
                    <p class="fault" role="alert">
                        {p.of
                            ? t('変えたところがありません', 'Nothing was changed')
                            : t('わかることを1つは書いてください', 'Please write at least one thing that is known')}
                    </p>
                ) : null}
            </KeptForm>
        </section>
    );
}
