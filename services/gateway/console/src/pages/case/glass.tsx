// A case that this user does not see: who must see it at once breaks the glass, with a reason in words and the second factor again. It is
// never silent: the supervisor and the auditor hear of it, and somebody else reviews it.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { EmergencyReason } from '@api';
import { call } from '../../net/call';
import { broken } from '../../net/emergency';
import { useDraft } from '../../net/draft';
import { options, t } from '../../text';
import { Link } from '../../ui/button';
import { Radios, TextArea, TextField } from '../../ui/form';
import { KeptForm } from '../../ui/kept';
import { Fault, Notice } from '../../ui/notice';

const LEAST = 20;
const FRESH_MS = 4 * 60_000; // the server takes five minutes

interface Form {
    reason: EmergencyReason | '';
    text: string;
}

export function Glass(p: { case_id: string; problem: unknown; onOpen: () => void }): JSX.Element {
    const draft = useDraft<Form>('break_glass', p.case_id, { reason: '', text: '' });
    const { value: form, set } = draft;
    const [code, setCode] = useState('');
    const fresh = useRef(0);
    const length = [...form.text.trim()].length;
    const isReady = form.reason !== '' && length >= LEAST && (code.trim() !== '' || Date.now() - fresh.current < FRESH_MS);
    async function send(key: string): Promise<void> {
        if (code.trim()) {
            await call('session_fresh', { sealed: { code: code.replace(/\s/g, '') } });
            fresh.current = Date.now();
            setCode('');
        }
        const opened = await call('break_glass', { case_id: p.case_id, reason: form.reason || 'other', text: form.text.trim() }, key);
        broken(p.case_id, opened.until);
    }
    return (
        <>
            <Fault of={p.problem} />
            <section class="group">
                <h2>{t('緊急閲覧', 'Emergency reading')}</h2>
                <Notice
                    tone="warn"
                    live={false}
                    title={t(
                        '生命・身体の危険など、いま見なければならないときだけ使います。',
                        'Only when it must be seen now, such as danger to life or body.',
                    )}
                >
                    <p>
                        {t(
                            '60分間、このケースだけを見られます。所属長と監査担当にすぐ知らされ、2営業日以内に別の人が確認します。支援措置で伏せた項目は出ません。',
                            '60 minutes, this case only. Team lead and auditor are told at once; it is reviewed within two business days. What a protection hides stays hidden.',
                        )}
                    </p>
                </Notice>
                <KeptForm
                    draft={draft}
                    send={t('緊急閲覧を始める', 'Break the glass')}
                    isReady={isReady}
                    onSend={send}
                    onDone={p.onOpen}
                    more={
                        <Link class="button is-plain" to="work">
                            {t('やめる', 'Leave it')}
                        </Link>
                    }
                >
                    <Radios
                        legend={t('理由', 'Why')}
                        options={options('emergency_reason')}
                        value={form.reason}
                        onValue={(v) => set({ reason: v as EmergencyReason })}
                        required
                    />
                    <TextArea
                        label={t('事情（20文字以上。氏名は書かない）', 'In words (20 characters or more; no names)')}
                        rows={3}
                        maxLength={300}
                        value={form.text}
                        onValue={(text) => set({ text })}
                        required
                        hint={t(`いま${length}文字`, `${length} characters so far`)}
                    />
                    <TextField
                        label={t('確認コード', 'Code')}
                        value={code}
                        onValue={setCode}
                        autocomplete="one-time-code"
                        inputMode="numeric"
                        maxLength={16}
                        required={Date.now() - fresh.current >= FRESH_MS}
                        hint={t('認証アプリの6桁の数字をもう一度', 'The six digits of the authenticator app, once more')}
                    />
                </KeptForm>
            </section>
        </>
    );
}
