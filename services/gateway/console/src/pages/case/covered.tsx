// What a protection covers stays covered until somebody asks for it, and each asking is a reading of its own. What the server keeps from
// this reader is not shown at all: the page says why, and who may ask.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { MaskedField } from '@api';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { t, word } from '../../text';
import { useAct } from '../../ui/act';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Fault } from '../../ui/notice';

function Why(p: { field: MaskedField; onClose: () => void }): JSX.Element {
    const me = who.value;
    const isLead = me?.role === 'team_lead' || me?.role === 'coordinator';
    return (
        <Dialog
            title={t(`${word('masked_field', p.field)}を伏せている理由`, `Why ${word('masked_field', p.field)} is hidden`)}
            onClose={p.onClose}
        >
            <p>
                {t(
                    '支援措置のため、指名された人だけが見られます。緊急閲覧でも表示されません。',
                    'Because of a protection, only the people named in it see this; an emergency reading does not show it either.',
                )}
            </p>
            <p>
                {isLead
                    ? t(
                          '所属長・調整担当は、「世帯」の「支援措置を変える」で、理由を書いて自分を指名できます。指名は記録されます。',
                          'A team lead or coordinator may name themselves under “Household”, “Change the protection”, with a reason. It is recorded.',
                      )
                    : t(
                          `必要なときは、指名されている人か、所属長・調整担当に、${me?.user}@${me?.agency} を指名に加えるよう頼んでください。`,
                          `If you need it, ask somebody who is named, or a team lead or coordinator, to name ${me?.user}@${me?.agency}.`,
                      )}
            </p>
            <p class="acts">
                <Button weight="main" onPress={p.onClose}>
                    {t('閉じる', 'Close')}
                </Button>
            </p>
        </Dialog>
    );
}

/** Kept from this reader. */
function Masked(p: { field: MaskedField }): JSX.Element {
    const [isAsked, setAsked] = useState(false);
    return (
        <span class="covered">
            {t('伏せています', 'hidden')}
            <Button
                onPress={() => setAsked(true)}
                label={t(`${word('masked_field', p.field)}を見るには`, `How to see ${word('masked_field', p.field)}`)}
            >
                {t('見るには', 'How to see it')}
            </Button>
            {isAsked ? <Why field={p.field} onClose={() => setAsked(false)} /> : null}
        </span>
    );
}

/** This reader may see it: it is fetched when asked for, and can be covered again. */
function Covered(p: { case_id: string; person_id: string; field: MaskedField }): JSX.Element {
    const act = useAct();
    const [shown, setShown] = useState<string | null>(null);
    const name = word('masked_field', p.field);
    const show = async (): Promise<void> => {
        const people = await call('people_show', { case_id: p.case_id });
        const one = people.sealed.people.find((m) => m.person_id === p.person_id);
        setShown(one?.[p.field] ?? t('記録なし', 'not recorded'));
    };
    return (
        <span class="covered">
            {shown ?? t('伏せています', 'covered')}
            {shown === null ? (
                <Button
                    busy={act.isBusy}
                    onPress={() => void act.run(show)}
                    label={t(`${name}を表示する（閲覧として記録）`, `Show ${name} (recorded as a reading)`)}
                >
                    {t('表示する（閲覧として記録）', 'Show (recorded as a reading)')}
                </Button>
            ) : (
                <Button onPress={() => setShown(null)} label={t(`${name}を伏せる`, `Cover ${name}`)}>
                    {t('伏せる', 'Cover')}
                </Button>
            )}
            <span class="hint" role="status">
                {shown === null ? '' : t('閲覧したことを記録しました', 'This reading was recorded')}
            </span>
            <Fault of={act.problem} />
        </span>
    );
}

/** A row of facts for a field that a protection may cover. */
export function fieldRow(
    at: { case_id: string; person_id: string; is_protected: boolean; masked: readonly MaskedField[] },
    field: MaskedField,
    value: string | undefined,
): [string, JSX.Element | string] | null {
    const name = word('masked_field', field);
    if (at.masked.includes(field)) return [name, <Masked field={field} />];
    if (!value) return null;
    return [name, at.is_protected ? <Covered case_id={at.case_id} person_id={at.person_id} field={field} /> : value];
}
