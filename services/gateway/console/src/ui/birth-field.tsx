// A birth date is written as it is said, in either calendar; what was understood stands underneath in both, with the age, so that it can be
// read back to whoever said it. What is written stays as it is; birthOf() makes the ISO date of it that is sent.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { agesOf, bandOf, inEra, understand, type Understood } from '../birth';
import { t, word } from '../text';
import { isoToday } from '../when';
import { TextField } from './form';

function inWest(iso: string): string {
    const [year, month, day] = iso.split('-').map(Number);
    return t(`${year}年${month ? `${month}月` : ''}${day ? `${day}日` : ''}`, [year, month, day].filter(Boolean).join('-'));
}

/** 昭和21年3月5日（1946年3月5日）・80歳 */
export function birthWords(iso: string): string {
    const [least, most] = agesOf(iso, isoToday());
    const age = least === most ? String(most) : `${least}${t('〜', '–')}${most}`;
    const era = inEra(iso);
    return t(`${era.ja}（${inWest(iso)}）・${age}歳`, `${inWest(iso)} (${era.en}), aged ${age}`);
}

function faultOf(u: Understood & { kind: 'fault' }): string {
    if (u.why === 'era') {
        const [first, last] = [inWest(u.era.first), inWest(u.era.last)];
        return t(
            `${u.era.name}は${first}から${last}までです。年号と年を確かめてください`,
            `${u.era.en} is from ${first} to ${last}: please check the era and the year`,
        );
    }
    if (u.why === 'no_such_day')
        return t('その月日はありません。月と日を確かめてください', 'There is no such day: please check month and day');
    if (u.why === 'future') return t('今日より先の日付です', 'That day has not come yet');
    if (u.why === 'too_old')
        return t('130歳をこえています。年を確かめてください', 'That is more than 130 years ago: please check the year');
    return t(
        '日付として読めません。例：S21.3.5、昭和21年3月5日、19460305、80歳くらい',
        'Cannot be read as a date. For example 1946-03-05, S21.3.5, or about 80',
    );
}

/** What is wrong with it, in words; nothing when it is empty or understood. An age alone will do only where an age is asked for as well. */
export function birthFault(text: string, isAgeTaken = false): string | undefined {
    const u = understand(text, isoToday());
    if (u.kind === 'fault') return faultOf(u);
    return u.kind === 'age' && !isAgeTaken
        ? t(
              '年齢だけでは記録できません。わかる年か年月を（例：S21、1946年3月）',
              'An age alone is not recorded here: please give the year, or year and month',
          )
        : undefined;
}

function told(u: Understood): string {
    if (u.kind === 'date') return birthWords(u.iso);
    if (u.kind !== 'age') return '';
    const band = word('age_band', bandOf(u.age));
    return t(`約${u.age}歳：生年月日は空のまま、年齢層を「${band}」にします`, `about ${u.age}: no date of birth; the age is “${band}”`);
}

export function BirthField(p: {
    label: string;
    value: string;
    onValue: (text: string) => void;
    isAgeTaken?: boolean;
    /** Its fault is shown without waiting until it is left. */
    isTried?: boolean;
}): JSX.Element {
    const [isLeft, setLeft] = useState(true);
    const fault = birthFault(p.value, p.isAgeTaken);
    return (
        <TextField
            label={p.label}
            value={p.value}
            onValue={(text) => {
                setLeft(false);
                p.onValue(text);
            }}
            onLeave={() => setLeft(true)}
            maxLength={20}
            hint={t('S21.3.5、19460305、年月だけ、など', '1946-03-05, S21.3.5, or the month alone')}
            fault={isLeft || p.isTried ? fault : undefined}
            told={fault ? '' : told(understand(p.value, isoToday()))}
        />
    );
}
