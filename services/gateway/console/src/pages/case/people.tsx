// The household. Asking for it is a reading of its own, so it is asked for by hand; members are added and corrected here, and protected.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CaseView, PersonContents } from '@api';
import { t, word } from '../../text';
import { Button } from '../../ui/button';
import { Each, Show, useCall } from '../../ui/load';
import { Facts } from '../../ui/table';
import { fieldRow } from './covered';
import { PersonForm } from './person-form';
import { Protected, ProtectionForm } from './protection';
import { Birth, NameOf } from './summary';

type Doing = { what: 'correct' | 'protect'; person_id: string } | { what: 'add' } | null;

function One(p: { case_id: string; of: PersonContents; mayChange: boolean; onDo: (doing: Doing) => void }): JSX.Element {
    const m = p.of;
    const at = { case_id: p.case_id, person_id: m.person_id, is_protected: m.is_protected, masked: m.masked };
    const title = word('relation', m.relation);
    return (
        <section class="group">
            <h2>{title}</h2>
            {m.is_protected ? <Protected of={m} /> : null}
            <Facts
                of={[
                    m.name ? [t('氏名', 'Name'), <NameOf name={m.name} kana={m.kana} />] : null,
                    m.alias ? [t('通称', 'Known as'), m.alias] : null,
                    m.former_name ? [t('旧姓', 'Former name'), m.former_name] : null,
                    m.birth_date ? [t('生年月日', 'Date of birth'), <Birth of={m.birth_date} />] : null,
                    fieldRow(at, 'phone', m.phone),
                    fieldRow(at, 'address', m.address),
                    fieldRow(at, 'workplace', m.workplace),
                    fieldRow(at, 'school', m.school),
                    fieldRow(at, 'shelter', m.shelter),
                    fieldRow(at, 'safe_contact', m.safe_contact),
                ]}
            />
            {p.mayChange ? (
                <p class="acts">
                    <Button
                        onPress={() => p.onDo({ what: 'correct', person_id: m.person_id })}
                        label={t(`${title}の記録を訂正する`, `Correct the record: ${title}`)}
                    >
                        {t('訂正する', 'Correct')}
                    </Button>
                    <Button
                        onPress={() => p.onDo({ what: 'protect', person_id: m.person_id })}
                        label={
                            m.is_protected
                                ? t(`${title}の支援措置を変える`, `Change the protection: ${title}`)
                                : t(`${title}の支援措置をとる`, `Protect: ${title}`)
                        }
                    >
                        {m.is_protected ? t('支援措置を変える', 'Change the protection') : t('支援措置をとる', 'Protect')}
                    </Button>
                </p>
            ) : null}
        </section>
    );
}

function List(p: { view: CaseView; again: () => void }): JSX.Element {
    const case_id = p.view.case_id;
    const people = useCall('people_show', { case_id }, [`case:${case_id}`]);
    const [doing, setDoing] = useState<Doing>(null);
    const mayChange = p.view.access === 'member';
    const back = (): void => setDoing(null);
    const done = (): void => {
        setDoing(null);
        people.again();
        p.again();
    };
    return (
        <Show of={people}>
            {(a) => {
                const one = doing && doing.what !== 'add' ? a.sealed.people.find((m) => m.person_id === doing.person_id) : undefined;
                if (doing?.what === 'protect' && one) return <ProtectionForm case_id={case_id} of={one} onDone={done} onBack={back} />;
                if (doing?.what === 'add' || (doing && one)) return <PersonForm case_id={case_id} of={one} onDone={done} onBack={back} />;
                return (
                    <>
                        <Each of={a.sealed.people} empty={t('世帯員は記録されていません。', 'Nobody of the household is recorded.')}>
                            {(m) => <One key={m.person_id} case_id={case_id} of={m} mayChange={mayChange} onDo={setDoing} />}
                        </Each>
                        {mayChange ? (
                            <p class="acts">
                                <Button onPress={() => setDoing({ what: 'add' })}>{t('世帯員を加える', 'Add a member')}</Button>
                            </p>
                        ) : null}
                    </>
                );
            }}
        </Show>
    );
}

export function People(p: { view: CaseView; again: () => void }): JSX.Element {
    const [isAsked, setAsked] = useState(false);
    if (isAsked) return <List {...p} />;
    return (
        <>
            <p>{t('世帯員の情報を開くと、閲覧として記録されます。', 'Opening the household is recorded as a reading.')}</p>
            <Button onPress={() => setAsked(true)}>{t('世帯員を表示する', 'Show the household')}</Button>
        </>
    );
}
