// What was told, and what is known of the person.
import type { JSX } from 'preact';
import type { CaseView } from '@api';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { Moment } from '../../ui/moment';
import { Facts } from '../../ui/table';
import { fieldRow } from './covered';

/** A birth date of which the day, or only the year, may be known. */
export function Birth(p: { of: string }): JSX.Element {
    return /^\d{4}-\d{2}-\d{2}$/.test(p.of) ? <Moment at={`${p.of}T12:00:00+09:00`} dateOnly /> : <>{p.of}</>;
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
        </>
    );
}
