// A consultation is taken on while the caller is still on the line: one page, the telling first, everything else a choice.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { AgeBand, Area, CaseReceipt, ConsentState, IntakeChannel, Need, Urgency } from '@api';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { go } from '../../route';
import { options, t } from '../../text';
import { Button, Link } from '../../ui/button';
import { Radios, Select, TextArea, TextField } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { Needs } from '../../ui/needs';
import { Fault, Notice } from '../../ui/notice';

interface Form {
    channel: IntakeChannel;
    area: Area;
    age_band: AgeBand;
    needs: Need[];
    urgency: Urgency;
    consent: ConsentState;
    narrative: string;
    name: string;
    kana: string;
    birth_date: string;
    address: string;
    phone: string;
    visitor: string;
}

const EMPTY: Form = {
    channel: 'phone_self',
    area: 'unknown',
    age_band: 'unknown',
    needs: [],
    urgency: 'routine',
    consent: 'not_asked',
    narrative: '',
    name: '',
    kana: '',
    birth_date: '',
    address: '',
    phone: '',
    visitor: '',
};

function Taken(p: { receipt: CaseReceipt; onNext: () => void }): JSX.Element {
    const id = p.receipt.case_id;
    return (
        <>
            <h1>{t('相談を受け付けました', 'The consultation is taken on')}</h1>
            <Notice tone="good" title={t('このケースの主担当は、いま、あなたの機関です。', 'Your agency leads this case from now on.')} />
            <p class="acts">
                <Link class="button is-main" to={`case/${id}/refer`}>
                    {t('つなぎ先をさがす', 'Find who can carry it')}
                </Link>
                <Link class="button is-plain" to={`case/${id}`}>
                    {t('ケースを開く', 'Open the case')}
                </Link>
                <Button onPress={p.onNext}>{t('次の相談を受け付ける', 'Take the next one')}</Button>
            </p>
        </>
    );
}

function Person(p: { form: Form; set: (change: Partial<Form>) => void }): JSX.Element {
    const { form, set } = p;
    return (
        <fieldset class="group">
            <legend>{t('本人（わかる範囲で）', 'The person (as far as known)')}</legend>
            <div class="columns">
                <TextField label={t('氏名', 'Name')} value={form.name} onValue={(name) => set({ name })} maxLength={60} />
                <TextField label={t('ふりがな', 'Reading')} value={form.kana} onValue={(kana) => set({ kana })} maxLength={60} />
                <TextField
                    label={t('生年月日', 'Date of birth')}
                    type="date"
                    value={form.birth_date}
                    onValue={(birth_date) => set({ birth_date })}
                />
                <TextField
                    label={t('電話', 'Telephone')}
                    type="tel"
                    inputMode="tel"
                    value={form.phone}
                    onValue={(phone) => set({ phone })}
                    maxLength={20}
                />
                <TextField label={t('住所', 'Address')} value={form.address} onValue={(address) => set({ address })} maxLength={120} />
                <TextField
                    label={t('相談に来た人', 'Who called or came')}
                    value={form.visitor}
                    onValue={(visitor) => set({ visitor })}
                    maxLength={60}
                />
            </div>
        </fieldset>
    );
}

export default function NewCase(): JSX.Element {
    const draft = useDraft<Form>('case_open', '', EMPTY);
    const { value: form, set } = draft;
    const key = useRef(crypto.randomUUID());
    const [isTried, setTried] = useState(false);
    const [isBusy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    const [receipt, setReceipt] = useState<CaseReceipt | null>(null);
    const isReady = form.narrative.trim() !== '' && form.needs.length > 0;
    async function send(): Promise<void> {
        setTried(true);
        if (!isReady || isBusy) return;
        setBusy(true);
        setProblem(null);
        try {
            const { channel, area, age_band, needs, urgency, consent, ...rest } = form;
            const sealed = { narrative: rest.narrative, ...Object.fromEntries(Object.entries(rest).filter(([, v]) => v !== '')) };
            setReceipt(await call('case_open', { channel, area, age_band, needs, urgency, consent, sealed }, key.current));
            key.current = crypto.randomUUID();
            await draft.drop().catch(() => undefined);
        } catch (e) {
            setProblem(e);
        }
        setBusy(false);
    }
    if (receipt)
        return (
            <Taken
                receipt={receipt}
                onNext={() => {
                    setReceipt(null);
                    setTried(false);
                    go('new', true);
                }}
            />
        );
    return (
        <form
            onSubmit={(e) => {
                e.preventDefault();
                void send();
            }}
        >
            <h1>{t('新しい相談', 'New consultation')}</h1>
            <Kept state={draft.state} />
            <TextArea
                label={t('相談の内容', 'What they tell')}
                rows={7}
                value={form.narrative}
                onValue={(narrative) => set({ narrative })}
                required
                hint={t(
                    '聞いたことばのまま。住所・連絡先は下の欄へ（支援措置の対象になります）。',
                    'In their words. Address and telephone go into the fields below, where they can be protected.',
                )}
                fault={isTried && !form.narrative.trim() ? t('相談の内容を書いてください', 'Please write what they tell') : undefined}
            />
            <Needs
                value={form.needs}
                onValue={(needs) => set({ needs })}
                fault={isTried && !form.needs.length ? t('1つ以上選んでください', 'Choose at least one') : undefined}
            />
            <Radios
                legend={t('緊急度', 'Urgency')}
                options={options('urgency')}
                value={form.urgency}
                onValue={(v) => set({ urgency: v as Urgency })}
            />
            <div class="columns">
                <Select
                    label={t('相談の経路', 'How it came')}
                    options={options('intake_channel')}
                    value={form.channel}
                    onValue={(v) => set({ channel: v as IntakeChannel })}
                />
                <Select label={t('地域', 'Area')} options={options('area')} value={form.area} onValue={(v) => set({ area: v as Area })} />
                <Select
                    label={t('年齢層', 'Age')}
                    options={options('age_band')}
                    value={form.age_band}
                    onValue={(v) => set({ age_band: v as AgeBand })}
                />
            </div>
            <Person form={form} set={set} />
            <Radios
                legend={t('ほかの機関と共有する同意', 'Consent to sharing with other agencies')}
                options={options('consent_state')}
                value={form.consent}
                onValue={(v) => set({ consent: v as ConsentState })}
            />
            <Fault of={problem} />
            <p class="acts">
                <Button type="submit" weight="main" busy={isBusy}>
                    {t('受け付ける', 'Take it on')}
                </Button>
                <Button weight="quiet" onPress={() => void draft.drop()}>
                    {t('入力を消す', 'Clear')}
                </Button>
            </p>
        </form>
    );
}
