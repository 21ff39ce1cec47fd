// What was told, and what is known of the person.
import type { JSX } from 'preact';
import type { CaseView } from '@api';
import { birthOf } from '../../birth';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { birthWords } from '../../ui/birth-field';
import { Moment } from '../../ui/moment';
import { Facts } from '../../ui/table';
import { isoToday } from '../../when';
import { fieldRow } from './covered';
import { NoteHead, textsOf } from './notes';

/** The latest of what was written, in sight without looking for it. */
function Latest(p: { view: CaseView }): JSX.Element | null {
    const last = p.view.notes.at(-1);
    const text = last && textsOf(p.view).get(last.note_id);
    if (!last || !text) return null;
    return (
        <>
            <h2>{t('いちばん新しい記録', 'The latest note')}</h2>
            <p>
                <NoteHead of={last} />
            </p>
            <p class="telling">{text}</p>
        </>
    );
}

/** A birth date in both calendars with the age, of which the day, or only the year, may be known; as it was written if it is nothing of these. */
export function Birth(p: { of: string }): JSX.Element {
    const iso = birthOf(p.of, isoToday());
    return iso ? <time dateTime={iso}>{birthWords(iso)}</time> : <>{p.of}</>;
}

export function NameOf(p: { name: string; kana: string | undefined }): JSX.Element {
    return p.kana ? (
        <ruby>
            {p.name}
            <rp>（</rp>
            <rt>{p.kana}</rt>
            <rp>）</rp>
        </ruby>
    ) : (
        <>{p.name}</>
    );
}

export function Summary(p: { view: CaseView }): JSX.Element {
    const v = p.view;
    const s = v.sealed;
    const at = { case_id: v.case_id, person_id: v.case_id, is_protected: s?.is_protected === true, masked: s?.masked ?? [] };
    return (
        <>
            <Facts
                of={[
                    s?.name ? [t('氏名', 'Name'), <NameOf name={s.name} kana={s.kana} />] : null,
                    s?.birth_date ? [t('生年月日', 'Date of birth'), <Birth of={s.birth_date} />] : null,
                    fieldRow(at, 'phone', s?.phone),
                    fieldRow(at, 'address', s?.address),
                    s?.visitor ? [t('相談に来た人', 'Who came'), s.visitor] : null,
                    [t('課題', 'Needs'), v.needs.map((n) => word('need', n)).join('、')],
                    [t('緊急度', 'Urgency'), word('urgency', v.urgency)],
                    [t('年齢層', 'Age'), word('age_band', v.age_band)],
                    [t('地域', 'Area'), word('area', v.area)],
                    [
                        t('受付', 'Taken on'),
                        <>
                            <Moment at={v.received_at} />　<AgencyName code={v.received_by} />　{word('intake_channel', v.channel)}
                        </>,
                    ],
                    [t('同意', 'Consent'), word('consent_state', v.consent)],
                ]}
            />
            {s?.narrative ? (
                <>
                    <h2>{t('相談の内容', 'What they told')}</h2>
                    <p class="telling">{s.narrative}</p>
                </>
            ) : null}
            <Latest view={v} />
        </>
    );
}
