// What stands in the forms of an agency, between what people write and what is put in: every fault is found here, by the name of its field.
import { WORDS, type AgeBand, type AgencyPut, type LegalRegime, type Need, type RoutingPut } from '@api';
import { t } from '../../text';
import { clockOf, dayWords } from './fields';
import { codesOf, kept, labelsOf } from './labels';
import { linesOf } from './one-a-line';

export interface AgencyForm {
    id: string;
    name: string;
    kind: string;
    /** By code; what is written in `parentKept` has none in the directory. */
    parent: string;
    parentKept: string;
    areas: string[];
    targets: string[];
    takes: boolean;
    aliases: string;
    sources: string[];
    programs: string[];
    note: string;
    from: string;
    to: string;
}

export interface RoutingForm {
    isOn: boolean;
    specialises: string[];
    emergency: boolean;
    regime: string;
    opens: string;
    closes: string;
    weekdays: string[];
    capacity: string;
    ages: string[];
    why: string;
    from: string;
    to: string;
}

export type Faults = Readonly<Partial<Record<keyof AgencyForm | keyof RoutingForm | 'until', string>>>;

export function agencyForm(a: AgencyPut | null, id: string, parent: string, from: string): AgencyForm {
    return {
        id,
        name: a?.name ?? '',
        kind: a?.kind ?? '',
        parent,
        parentKept: parent ? '' : (a?.parent ?? ''),
        areas: codesOf(WORDS.area, a?.areas ?? []),
        targets: codesOf(WORDS.target, a?.targets ?? []),
        takes: a?.can_receive_referral ?? true,
        aliases: (a?.aliases ?? []).join('\n'),
        sources: a?.sources ?? [],
        programs: a?.programs ?? [],
        note: a?.note ?? '',
        from,
        to: a?.valid_to ?? '',
    };
}

const OFFICE_DAYS = ['1', '2', '3', '4', '5'];

/** Without a line, what holds without one: the hours of the city's offices. */
export function routingForm(r: RoutingPut | null, from: string): RoutingForm {
    return {
        isOn: r !== null,
        specialises: r?.specialises ?? [],
        emergency: r?.emergency ?? false,
        regime: r?.legal_regime ?? '',
        opens: clockOf(r?.opens_min ?? 510),
        closes: clockOf(r?.closes_min ?? 1035),
        weekdays: (r?.open_weekdays ?? []).map(String).concat(r ? [] : OFFICE_DAYS),
        capacity: r?.capacity === undefined ? '' : String(r.capacity),
        ages: r?.ages ?? [],
        why: r?.why ?? '',
        from: r?.valid_from ?? from,
        to: r?.valid_to ?? '',
    };
}

export function agencyPut(f: AgencyForm, before: AgencyPut | null, parentName: string): AgencyPut {
    const parent = f.parent ? parentName : f.parentKept;
    return {
        id: f.id,
        name: f.name.trim(),
        kind: f.kind,
        ...(parent ? { parent } : {}),
        areas: kept(before?.areas, labelsOf(WORDS.area, f.areas)),
        targets: kept(before?.targets, labelsOf(WORDS.target, f.targets)),
        can_receive_referral: f.takes,
        aliases: linesOf(f.aliases),
        sources: f.sources,
        programs: kept(before?.programs, f.programs),
        ...(f.note.trim() ? { note: f.note.trim() } : {}),
        valid_from: f.from,
        ...(f.to ? { valid_to: f.to } : {}),
    };
}

/** 8:30 → 510; NaN when it is no time of day. */
function minutes(text: string): number {
    const found = /^(\d{1,2})[:：](\d{2})$/.exec(text.trim().normalize('NFKC'));
    const at = found ? Number(found[1]) * 60 + Number(found[2]) : NaN;
    return at <= 1440 && Number(found?.[2]) < 60 ? at : NaN;
}

export function routingPut(f: RoutingForm, agency: string, before: RoutingPut | null): RoutingPut {
    const capacity = f.capacity.trim().normalize('NFKC');
    return {
        agency,
        specialises: kept(before?.specialises, f.specialises) as Need[],
        emergency: f.emergency,
        legal_regime: f.regime as LegalRegime,
        opens_min: minutes(f.opens),
        closes_min: minutes(f.closes),
        open_weekdays: f.weekdays.map(Number).sort((a, b) => a - b),
        ...(capacity ? { capacity: Number(capacity) } : {}),
        ...(f.ages.length ? { ages: kept(before?.ages, f.ages) as AgeBand[] } : {}),
        why: f.why.trim(),
        valid_from: f.from,
        ...(f.to ? { valid_to: f.to } : {}),
    };
}

function agencyFaults(f: AgencyForm, latest: string | undefined): Record<string, string | false> {
    return {
        id: !/^[A-Z]\d{3,6}$/.test(f.id) && t('A と3桁以上の数字です（例：A203）', 'A letter and three digits or more, such as A203'),
        name: !f.name.trim() && t('名前を入れてください', 'Give it a name'),
        kind: !f.kind && t('種別を選んでください', 'Choose a kind'),
        targets: !f.targets.length && t('対象を1つ以上選んでください', 'Choose at least one'),
        aliases: linesOf(f.aliases).length > 20 && t('別名は20までです', 'At most 20'),
        from:
            (!f.from && t('日付を入れてください', 'Give the day')) ||
            (latest !== undefined &&
                f.from < latest &&
                t(`${dayWords(latest)} からの登録があります。その日以後にしてください`, `Not before ${dayWords(latest)}`)),
        to: f.to !== '' && f.to <= f.from && t('「いつから」より後の日付にしてください', 'After the day it begins'),
    };
}

function routingFaults(f: RoutingForm): Record<string, string | false> {
    const [opens, closes] = [minutes(f.opens), minutes(f.closes)];
    const aTime = t('時刻は 8:30 のように入れてください', 'A time such as 8:30');
    return {
        regime: !f.regime && t('区分を選んでください', 'Choose one'),
        opens: Number.isNaN(opens) && aTime,
        closes:
            (Number.isNaN(closes) && aTime) ||
            (closes <= opens && t('閉まる時刻は、開く時刻より後にしてください', 'It closes after it opens')),
        weekdays: !f.weekdays.length && t('曜日を1つ以上選んでください', 'Choose at least one day'),
        capacity: !/^\d{0,5}$/.test(f.capacity.trim().normalize('NFKC')) && t('件数を数字で入れてください', 'A number'),
        why: !f.why.trim() && t('根拠を入れてください（例：担当課からの届出）', 'Say on what it is grounded'),
        until: f.to !== '' && f.to <= f.from && t(`${dayWords(f.from)} より後の日付にしてください`, `After ${dayWords(f.from)}`),
    };
}

export function faultsOf(a: AgencyForm, r: RoutingForm, latest: string | undefined): Faults {
    const all = { ...agencyFaults(a, latest), ...(r.isOn ? routingFaults(r) : {}) };
    return Object.fromEntries(Object.entries(all).filter(([, f]) => f)) as Faults;
}
