// What somebody needs to take part, and whether it is arranged.
import type { JSX } from 'preact';
import type { Accommodation, MeetingView } from '@api';
import { call } from '../../net/call';
import { options, t } from '../../text';
import { useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { Badge, Fault } from '../../ui/notice';

export function Accommodations(p: { view: MeetingView; again: () => void }): JSX.Element {
    const act = useAct();
    const say = (accommodation: Accommodation, is_arranged: boolean): void => {
        void act
            .run((key) => call('accommodate', { meeting_id: p.view.meeting_id, accommodation, is_arranged }, key))
            .then((isGood) => isGood && p.again());
    };
    return (
        <section>
            <h2>{t('合理的配慮', 'What participants need')}</h2>
            <Fault of={act.problem} />
            <ul class="choices">
                {options('accommodation').map(([w, name]) => {
                    const line = p.view.accommodations.find((a) => a.accommodation === w);
                    return (
                        <li key={w} class="choice">
                            {name}{' '}
                            {line ? (
                                <Badge tone={line.is_arranged ? 'good' : 'warn'}>
                                    {line.is_arranged ? t('手配済', 'arranged') : t('要手配', 'to arrange')}
                                </Badge>
                            ) : null}
                            {!line ? (
                                <Button
                                    weight="quiet"
                                    onPress={() => say(w as Accommodation, false)}
                                    label={t(`${name}が必要`, `${name} is needed`)}
                                >
                                    {t('必要', 'needed')}
                                </Button>
                            ) : null}
                            {line && !line.is_arranged ? (
                                <Button
                                    weight="quiet"
                                    onPress={() => say(w as Accommodation, true)}
                                    label={t(`${name}を手配した`, `${name} is arranged`)}
                                >
                                    {t('手配した', 'arranged')}
                                </Button>
                            ) : null}
                        </li>
                    );
                })}
            </ul>
        </section>
    );
}
