// What somebody needs to take part, and whether it is arranged.
import type { JSX } from 'preact';
import type { Accommodation, MeetingView } from '@api';
import { call } from '../../net/call';
import { options, t, word } from '../../text';
import { useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { Badge, Fault } from '../../ui/notice';

export function Accommodations(p: { view: MeetingView; again: () => void }): JSX.Element {
    const act = useAct();
    const wanted = p.view.accommodations;
    const others = options('accommodation').filter(([w]) => !wanted.some((a) => a.accommodation === w));
    const say = (accommodation: Accommodation, is_arranged: boolean): void => {
        void act
            .run((key) => call('accommodate', { meeting_id: p.view.meeting_id, accommodation, is_arranged }, key))
            .then((isGood) => isGood && p.again());
    };
    return (
        <section>
            <h2>{t('合理的配慮', 'What participants need')}</h2>
            <Fault of={act.problem} />
            {wanted.length ? (
                <ul class="wanted">
                    {wanted.map((a) => {
                        const name = word('accommodation', a.accommodation);
                        return (
                            <li key={a.accommodation}>
                                {name}
                                <Badge tone={a.is_arranged ? 'good' : 'warn'}>
                                    {a.is_arranged ? t('手配済', 'arranged') : t('要手配', 'to arrange')}
                                </Badge>
                                {a.is_arranged ? null : (
                                    <Button onPress={() => say(a.accommodation, true)} label={t(`${name}を手配した`, `arranged: ${name}`)}>
                                        {t('手配した', 'arranged')}
                                    </Button>
                                )}
                            </li>
                        );
                    })}
                </ul>
            ) : null}
            {others.length ? (
                <>
                    <p>
                        {wanted.length ? t('ほかに必要なものを選ぶ：', 'Also needed:') : t('必要なものを選ぶ：', 'Choose what is needed:')}
                    </p>
                    <p class="acts">
                        {others.map(([w, name]) => (
                            <Button key={w} onPress={() => say(w as Accommodation, false)} label={t(`${name}が必要`, `${name} is needed`)}>
                                {t(`＋ ${name}`, `+ ${name}`)}
                            </Button>
                        ))}
                    </p>
                </>
            ) : null}
        </section>
    );
}
