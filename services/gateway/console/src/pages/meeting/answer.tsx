// When an agency can come: a week of half hours, marked by mouse or keyboard, with how many of the others can.
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { MeetingView } from '@api';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { t } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { now } from '../../ui/moment';
import { markedOf, monday, Week, Weeks, windowsOf, type Weight } from '../../ui/week';
import { Windows } from './windows';

const WEEK_MS = 7 * 86_400_000;

export function Answer(p: { view: MeetingView; again: () => void }): JSX.Element {
    const mine = p.view.invitees.find((i) => i.agency === who.value?.agency);
    const act = useAct();
    const [isOpen, setOpen] = useState(!mine?.answered_at);
    const [week, setWeek] = useState(() => monday(new Date(mine?.windows[0]?.starts ?? now.value.getTime() + WEEK_MS)));
    const [marked, setMarked] = useState(() => markedOf(mine?.windows ?? []));
    const weight = useMemo(() => {
        const sets = p.view.invitees.filter((i) => i.agency !== who.value?.agency && i.answered_at).map((i) => markedOf(i.windows));
        return (start: number): Weight | undefined => {
            const can = sets.filter((s) => s.has(start)).length;
            return sets.length
                ? {
                      share: can / sets.length,
                      words: t(`他${can}/${sets.length}機関が出席可`, `${can} of ${sets.length} others can come`),
                      short: can ? `${can}/${sets.length}` : '',
                  }
                : undefined;
        };
    }, [p.view]);
    if (!isOpen && mine)
        return (
            <section>
                <h2>{t('あなたの機関の回答', 'What your agency answered')}</h2>
                <Windows of={mine} />
                <p class="acts">
                    <Button onPress={() => setOpen(true)}>{t('答え直す', 'Answer anew')}</Button>
                </p>
            </section>
        );
    return (
        <section>
            <h2>{t('出席できる日時を答える', 'When can your agency come?')}</h2>
            <Weeks week={week} onWeek={setWeek} />
            <ActForm
                act={act}
                send={t('この日時で答える', 'Answer')}
                isReady={marked.size > 0}
                onDone={p.again}
                more={
                    <Button
                        onPress={() =>
                            void act
                                .run((key) => call('availability', { meeting_id: p.view.meeting_id, windows: [] }, key))
                                .then((isGood) => isGood && p.again())
                        }
                    >
                        {t('出席できないと答える', 'Answer that nobody can come')}
                    </Button>
                }
                onSend={(key) => call('availability', { meeting_id: p.view.meeting_id, windows: windowsOf(marked) }, key)}
            >
                <Week week={week} marked={marked} onMark={setMarked} weight={weight} />
                <p role="status">{t(`印：${marked.size * 30}分`, `marked: ${marked.size * 30} min`)}</p>
            </ActForm>
        </section>
    );
}
