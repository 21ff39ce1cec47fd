// A かしまる小会議 is called for a case: those whom the case calls are invited by themselves, others by search.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { who } from '../../net/session';
import { t } from '../../text';
import { AgencyPicks } from '../../ui/agency-picker';
import { Link } from '../../ui/button';
import { KeptForm } from '../../ui/kept';
import { Notice } from '../../ui/notice';

const MOST = 8;

interface Form {
    also: string[];
}

export default function CallMeeting(p: { parts: string[] }): JSX.Element {
    const case_id = p.parts[0] ?? '';
    const draft = useDraft<Form>('meeting_propose', case_id, { also: [] });
    const { value: form, set } = draft;
    const made = useRef('');
    const [meeting, setMeeting] = useState('');
    const hasCase = who.value?.role !== 'secretary';
    async function send(key: string): Promise<void> {
        made.current = (await call('meeting_propose', { case_id, ...(form.also.length ? { also_invite: form.also } : {}) }, key)).id ?? '';
    }
    if (meeting)
        return (
            <>
                <h1>{t('小会議を求めました', 'The meeting is called')}</h1>
                <Notice
                    tone="good"
                    title={t('招集する機関に、出席できる日時をたずねています。', 'Those invited are asked when they can come.')}
                />
                <p class="acts">
                    <Link class="button is-main" to={`meeting/${meeting}`}>
                        {t('会議を見る', 'See the meeting')}
                    </Link>
                    {hasCase ? (
                        <Link class="button is-plain" to={`case/${case_id}`}>
                            {t('ケースへ戻る', 'Back to the case')}
                        </Link>
                    ) : null}
                </p>
            </>
        );
    return (
        <>
            <h1>{t('かしまる小会議を求める', 'Call a かしまる小会議')}</h1>
            <p>
                {t(
                    '主担当機関、支援関係機関、差し戻した機関、課題に合う機関、調整機関（福祉政策課）は、自動で招集されます。',
                    'The lead, the agencies on the case, those that returned it or match its needs, and the coordinating body are invited by themselves.',
                )}
            </p>
            <KeptForm
                draft={draft}
                send={t('小会議を求める', 'Call it')}
                onSend={send}
                onDone={() => setMeeting(made.current)}
                more={
                    hasCase ? (
                        <Link class="button is-plain" to={`case/${case_id}`}>
                            {t('やめる', 'Leave it')}
                        </Link>
                    ) : (
                        <Link class="button is-plain" to="meetings">
                            {t('やめる', 'Leave it')}
                        </Link>
                    )
                }
            >
                <AgencyPicks
                    label={t('ほかに招集する機関（8つまで）', 'Others to invite (up to 8)')}
                    value={form.also}
                    onValue={(also) => set({ also })}
                    most={MOST}
                />
            </KeptForm>
        </>
    );
}
