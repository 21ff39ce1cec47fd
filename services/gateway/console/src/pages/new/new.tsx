// A consultation is taken on while the caller is still on the line, in the order of a call: who speaks, what they tell, what it is about,
// how urgent it is. Two things must be there; everything else may wait.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { AgeBand, Area, CaseReceipt, ConsentState, IntakeChannel, Need, Urgency } from '@api';
import { birthOf } from '../../birth';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { go } from '../../route';
import { options, t } from '../../text';
import { birthFault } from '../../ui/birth-field';
import { Button } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { Radios, Select, TextArea, TextField } from '../../ui/form';
import { Kept } from '../../ui/kept';
import { CheckedForm, Missing, useForm, type Looked } from '../../ui/missing';
import { Needs, needsFault } from '../../ui/needs';
import { Fault } from '../../ui/notice';
import { isoToday } from '../../when';
import { Person } from './person';
import { Taken } from './taken';

export interface Form {
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
    /** The age was told by the date of birth, not chosen. */
    isAgeTold: boolean;
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
    isAgeTold: false,
};

/** Whoever speaks for themselves is the person supported: nobody else to name. */
const SELF: readonly IntakeChannel[] = ['visit_self', 'phone_self'];

/** Who speaks, and for whom. */
function Speaker(p: { form: Form; set: (change: Partial<Form>) => void }): JSX.Element {
    const { form, set } = p;
    const isSelf = SELF.includes(form.channel);
    return (
        <>
            <div class="columns">
                <Select
                    label={t('相談の経路', 'How it came')}
                    options={options('intake_channel')}
                    value={form.channel}
                    onValue={(v) => set({ channel: v as IntakeChannel })}
                />
                {isSelf && !form.visitor ? null : (
                    <TextField
                        label={t('相談に来た人', 'Who called or came')}
                        value={form.visitor}
                        onValue={(visitor) => set({ visitor })}
                        maxLength={60}
                        hint={t('本人でない人の、名前と本人との関係', 'Not the person supported: name, and who they are to them')}
                    />
                )}
            </div>
            <p class="hint">
                {isSelf
                    ? t('話している人が、支援を受ける本人です。', 'Whoever speaks is the person to be supported.')
                    : t(
                          '下の「本人」には、支援を受ける人のことを書きます（話している人ではありません）。',
                          '“The person” below is who is to be supported, not whoever speaks.',
                      )}
            </p>
        </>
    );
}

function look(form: Form): Looked {
    return [
        [
            t('相談の内容', 'What they tell'),
            form.narrative.trim() ? undefined : t('相談の内容を書いてください', 'Please write what they tell'),
        ],
        [t('課題', 'Needs'), needsFault(form.needs)],
        [t('生年月日', 'Date of birth'), birthFault(form.birth_date, true)],
    ];
}

/** What is sent: fields that were left empty are not. */
function messageOf(form: Form): Parameters<typeof call<'case_open'>>[1] {
    const { channel, area, age_band, needs, urgency, consent, isAgeTold: _, ...rest } = form;
    const said = { ...rest, birth_date: birthOf(form.birth_date, isoToday()) };
    const sealed = { narrative: form.narrative, ...Object.fromEntries(Object.entries(said).filter(([, v]) => v !== '')) };
    return { channel, area, age_band, needs, urgency, consent, sealed };
}

export default function NewCase(): JSX.Element {
    const draft = useDraft<Form>('case_open', '', EMPTY);
    const { value: form, set } = draft;
    const key = useRef(crypto.randomUUID());
    const [isTried, setTried] = useState(false);
    const [isBusy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    const [isClearing, setClearing] = useState(false);
    const [taken, setTaken] = useState<{ receipt: CaseReceipt; isNamed: boolean } | null>(null);
    const looked = look(form);
    const keys = useForm(() => void send());
    async function send(): Promise<void> {
        setTried(true);
        if (isBusy || !keys.isGood(looked)) return;
        setBusy(true);
        setProblem(null);
        try {
            const receipt = await call('case_open', messageOf(form), key.current);
            setTaken({ receipt, isNamed: form.name !== '' || form.kana !== '' });
            key.current = crypto.randomUUID();
            await draft.drop().catch(() => undefined);
        } catch (e) {
            setProblem(e);
        }
        setBusy(false);
    }
    if (taken)
        return (
            <Taken
                receipt={taken.receipt}
                isNamed={taken.isNamed}
                onNext={() => {
                    setTaken(null);
                    setTried(false);
                    go('new', true);
                }}
            />
        );
    const faultOf = (at: number): string | undefined => (isTried ? looked[at]?.[1] : undefined);
    return (
        <>
            <CheckedForm by={keys}>
                <h1>{t('新しい相談', 'New consultation')}</h1>
                <Kept state={draft.state} />
                <Speaker form={form} set={set} />
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
                    fault={faultOf(0)}
                />
                <Needs value={form.needs} onValue={(needs) => set({ needs })} fault={faultOf(1)} />
                <Radios
                    legend={t('緊急度', 'Urgency')}
                    options={options('urgency')}
                    value={form.urgency}
                    onValue={(v) => set({ urgency: v as Urgency })}
                />
                <Person form={form} set={set} isTried={isTried} />
                <Radios
                    legend={t('ほかの機関と共有する同意', 'Consent to sharing with other agencies')}
                    options={options('consent_state')}
                    value={form.consent}
                    onValue={(v) => set({ consent: v as ConsentState })}
                />
                <div class="send-bar">
                    {isTried ? <Missing of={looked} isShort /> : null}
                    <Fault of={problem} />
                    <p class="acts">
                        <Button type="submit" weight="main" busy={isBusy}>
                            {t('受け付ける', 'Take it on')}
                        </Button>
                        <Button weight="quiet" onPress={() => setClearing(true)}>
                            {t('入力を消す', 'Clear')}
                        </Button>
                        <span class="hint">
                            {t(
                                '必要なのは「相談の内容」と「課題」だけです。Ctrl+Enterでも送れます',
                                'Only what they tell and one need must be there. Ctrl+Enter sends, too',
                            )}
                        </span>
                    </p>
                </div>
            </CheckedForm>
            {isClearing ? (
                <Ask
                    title={t('入力した内容をすべて消しますか', 'Clear all that was typed?')}
                    yes={t('消す', 'Clear it')}
                    onYes={draft.drop}
                    onDone={() => {
                        setClearing(false);
                        setTried(false);
                    }}
                    onClose={() => setClearing(false)}
                >
                    <p>{t('下書きも消え、元には戻せません。', 'The draft goes, too. It cannot be undone.')}</p>
                </Ask>
            ) : null}
        </>
    );
}
