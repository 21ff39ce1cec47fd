// A meeting is called off with a reason, and only after being asked about it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MeetingView, Reason } from '@api';
import { call } from '../../net/call';
import { t } from '../../text';
import { Button } from '../../ui/button';
import { AskWhy } from '../../ui/reason';

const REASONS: readonly Reason[] = [
    'no_longer_needed',
    'person_declined',
    'person_unreachable',
    'moved',
    'died',
    'goal_reached',
    'taken_by_another',
    'mistake',
    'other',
];

export function Cancel(p: { view: MeetingView; again: () => void }): JSX.Element {
    const [isAsked, setAsked] = useState(false);
    return (
        <section>
            <h2>{t('会議を取りやめる', 'Call the meeting off')}</h2>
            <p class="acts">
                <Button weight="danger" onPress={() => setAsked(true)}>
                    {t('取りやめる', 'Call it off')}
                </Button>
            </p>
            {isAsked ? (
                <AskWhy
                    title={t('この会議を取りやめますか', 'Call this meeting off?')}
                    yes={t('取りやめる', 'Call it off')}
                    label={t('理由', 'Why')}
                    reasons={REASONS}
                    onClose={() => setAsked(false)}
                    onDone={() => {
                        setAsked(false);
                        p.again();
                    }}
                    onYes={(reason, key) => call('meeting_cancel', { meeting_id: p.view.meeting_id, reason }, key)}
                >
                    <p>
                        {t(
                            `招集した${p.view.invitees.length}機関の予定が空きます。元には戻せません。必要なら、もう一度小会議を求めてください。`,
                            `${p.view.invitees.length} agencies are set free. It cannot be undone; call another meeting if one is needed.`,
                        )}
                    </p>
                </AskWhy>
            ) : null}
        </section>
    );
}
