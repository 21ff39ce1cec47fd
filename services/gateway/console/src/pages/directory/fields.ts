// What the fields of an entry are called, how their values read, and what differs between two of them: the same words in forms, in
// questions and in previews.
import { WORDS } from '@api';
import { language, t, word } from '../../text';
import { day } from '../../when';
import type { Body } from './entries';
import { codesOf, TARGETS } from './labels';

const NAMES: Record<string, [string, string]> = {
    name: ['名前', 'Name'],
    kind: ['種別', 'Kind'],
    parent: ['上の機関', 'Part of'],
    areas: ['担当地域', 'Areas'],
    targets: ['対象', 'Whom it serves'],
    can_receive_referral: ['つなぎの受入', 'Receives referrals'],
    aliases: ['別名', 'Other names'],
    sources: ['載っている計画', 'Plans that name it'],
    programs: ['事業', 'Programmes'],
    note: ['備考', 'Remark'],
    valid_from: ['いつから', 'From'],
    valid_to: ['いつまで（この日からなくなる）', 'Until (gone from this day on)'],
    specialises: ['窓口となる課題', 'Needs it is the desk for'],
    emergency: ['時間外の緊急対応', 'Reachable outside hours'],
    legal_regime: ['個人情報保護法での区分', 'Data protection regime'],
    opens_min: ['開く時刻', 'Opens'],
    closes_min: ['閉まる時刻', 'Closes'],
    open_weekdays: ['開いている曜日', 'Open on'],
    capacity: ['同時に受け入れられる件数', 'Most referrals at once'],
    ages: ['年齢', 'Ages'],
    why: ['この条件の根拠', 'Ground for this'],
    source: ['載っている計画', 'Plan'],
    also_in: ['ほかの計画', 'Other plans'],
    pillar: ['計画での位置', 'Place in the plan'],
    description: ['内容', 'What it does'],
    divisions: ['担当部署', 'In charge'],
    layered: ['重層的支援体制整備事業', 'Part of the layered system'],
    is_referral_target: ['紹介先になる', 'People can be referred to it'],
    referral_mode: ['つなぎ方', 'How people come to it'],
    components: ['構成', 'Parts'],
    related: ['関連事業', 'Related'],
    occurrences: ['計画での掲載', 'Where it is printed'],
    label: ['名称', 'Label'],
    field: ['分野', 'Field'],
    duty: ['法定の受け手', 'Mandated receivers'],
    law: ['条項', 'Law'],
    needs_consent: ['本人の同意が要る', 'Needs consent'],
    is_meeting: ['会議での共有', 'Within a meeting'],
    receivers: ['提供先', 'Receivers'],
    items: ['提供できる項目', 'What may be shared'],
    secrecy: ['守秘義務', 'Secrecy'],
    body: ['内容', 'Contents'],
};

export function fieldName(field: string): string {
    const name = NAMES[field];
    return name ? t(...name) : field;
}

const DAYS: readonly [string, string][] = [
    ['月', 'Mon'],
    ['火', 'Tue'],
    ['水', 'Wed'],
    ['木', 'Thu'],
    ['金', 'Fri'],
    ['土', 'Sat'],
    ['日', 'Sun'],
];

/** 1 = Monday … 7 = Sunday, with what people read. */
export function weekdays(): [string, string][] {
    return DAYS.map((d, i) => [String(i + 1), t(...d)]);
}

export const MODES: Readonly<Record<string, [string, string]>> = {
    person: ['本人・世帯を紹介できる', 'people can be referred'],
    conference: ['個別ケースを会議に付議できる', 'cases can be brought before its meeting'],
    none: ['個人の紹介先ではない', 'not for single people'],
};

/** 510 → 8:30 */
export function clockOf(minutes: number): string {
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Of what is left empty. */
function nothing(field: string): string {
    if (field === 'areas') return t('区域を限らない', 'the whole city');
    if (field === 'ages') return t('すべての年齢', 'all ages');
    if (field === 'capacity') return t('決めていない', 'no limit');
    if (field === 'valid_to') return t('決めていない', 'no end');
    return t('なし', 'none');
}

type List = keyof typeof WORDS;

const LISTS: Record<string, List> = {
    specialises: 'need',
    ages: 'age_band',
    legal_regime: 'legal_regime',
    receivers: 'legal_regime',
    items: 'item',
};

function targetWords(value: string): string {
    if (TARGETS[value]) return word('target', value);
    const [code] = codesOf(TARGETS, [value]);
    return code && language.value === 'en' ? word('target', code) : value;
}

function one(field: string, value: unknown): string {
    const list = LISTS[field];
    if (list) return word(list, String(value));
    if (field === 'targets') return targetWords(String(value));
    if (field === 'open_weekdays') return weekdays()[Number(value) - 1]?.[1] ?? String(value);
    if (field === 'opens_min' || field === 'closes_min') return clockOf(Number(value));
    if (field === 'valid_from' || field === 'valid_to') return dayWords(String(value));
    if (field === 'referral_mode') return t(...(MODES[String(value)] ?? [String(value), String(value)]));
    if (field === 'can_receive_referral') return value ? t('受け入れる', 'yes') : t('受け入れない', 'no');
    if (field === 'emergency') return value ? t('する', 'yes') : t('しない', 'no');
    if (typeof value === 'boolean') return value ? t('はい', 'yes') : t('いいえ', 'no');
    if (field === 'duty') {
        const d = value as { agency: string; ages: string[]; law: string };
        return `${d.agency}（${valueWords('ages', d.ages)}、${d.law}）`;
    }
    if (field === 'occurrences') return String((value as { code: string }).code);
    return String(value);
}

export function valueWords(field: string, value: unknown): string {
    const list = Array.isArray(value) ? (value as unknown[]) : value === undefined || value === null || value === '' ? [] : [value];
    return list.length ? list.map((v) => one(field, v)).join('、') : nothing(field);
}

/** 2026-11-24, as people read it. */
export function dayWords(date: string | undefined): string {
    return date ? day(new Date(`${date}T00:00:00+09:00`)) : '';
}

export interface Change {
    field: string;
    before: string;
    after: string;
}

function plain(value: unknown): string {
    return value === undefined || value === null || value === '' ? '' : JSON.stringify(value);
}

const IDS = ['id', 'code', 'agency', 'list'];

/** What becomes another when `after` takes the place of `before`. */
export function changesOf(before: Body | null, after: Body, without: readonly string[] = []): Change[] {
    const fields = [...new Set([...Object.keys(after), ...Object.keys(before ?? {})])].filter((f) => ![...IDS, ...without].includes(f));
    return fields
        .filter((f) => (before ? plain(before[f]) !== plain(after[f]) : plain(after[f]) !== '' && plain(after[f]) !== '[]'))
        .map((f) => ({ field: f, before: before ? valueWords(f, before[f]) : '－', after: valueWords(f, after[f]) }));
}
