// What stands on the paper for the person, in the plainest words, each kanji with its reading.
import type { Item, LegalBasis, Purpose } from '@api';
import { t, word } from '../../text';
import { day } from '../../when';

const ITEMS: Record<Item, readonly [string, string]> = {
    identity: ['{名前|なまえ}、{名前|なまえ}の{読|よ}みかた、{生|う}まれた{日|ひ}', 'your name, how it is read, and when you were born'],
    contact: ['{住所|じゅうしょ}、{電話番号|でんわばんごう}', 'your address and telephone number'],
    narrative: ['あなたが{相談|そうだん}したこと', 'what you told us'],
    notes: ['{相談|そうだん}のあとに、{私|わたし}たちがしたことの{記録|きろく}', 'the notes of what we did afterwards'],
};

const PURPOSES: Record<Purpose, readonly [string, string]> = {
    support: ['あなたの{相談|そうだん}にのるため', 'to help you'],
    referral: ['もっとよく{手伝|てつだ}える{所|ところ}に、あなたをつなぐため', 'to bring you together with somebody who can help better'],
    conference: ['どう{手伝|てつだ}うかを、みんなで{話|はな}し{合|あ}うため', 'to talk about how to help you, together'],
    plan: ['これからの{手伝|てつだ}いの{計画|けいかく}をつくるため', 'to plan how we go on'],
    safety: ['あなたの{安全|あんぜん}を{守|まも}るため', 'to keep you safe'],
    statistics: ['{相談|そうだん}の{数|かず}を{数|かぞ}えるため', 'to count how many people ask for help'],
};

const AGREED: readonly LegalBasis[] = ['consent'];

/** Those that could put somebody at risk when the paper is read at home: nobody prints them without thinking of it. */
export const RISKY: readonly LegalBasis[] = [
    'abuse_report',
    'cwa_25_2',
    'women_15',
    'dv_5_2',
    'child_abuse_13_4',
    'child_report_6',
    'elder_report_7',
    'disability_report_7',
];

export function itemWords(item: Item): string {
    return t(...ITEMS[item]);
}

export function purposeWords(purpose: Purpose): string {
    return t(...PURPOSES[purpose]);
}

function isAgreed(basis: LegalBasis): boolean {
    return AGREED.includes(basis);
}

export function groundWords(basis: LegalBasis): string {
    if (isAgreed(basis)) return t('あなたが「{伝|つた}えてもよい」と{言|い}ったから', 'because you said that we may');
    return t(
        `{法律|ほうりつ}で、{伝|つた}えてよいと{決|き}まっているから（${word('legal_basis', basis)}）`,
        `because a law allows it (${word('legal_basis', basis)})`,
    );
}

const ZONE = 'Asia/Tokyo';

/** 2026年11月23日（令和8年）, each with its reading; in English as everywhere. */
export function plainDay(at: Date): string {
    const western = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(
        at,
    );
    const part = (type: string): string => String(Number(western.find((x) => x.type === type)?.value ?? 0));
    const era = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { timeZone: ZONE, era: 'long', year: 'numeric' }).format(at);
    return t(
        `${part('year')}{年|ねん}${part('month')}{月|がつ}${part('day')}{日|にち}（${era.replace('令和', '{令和|れいわ}').replace(/年$/, '{年|ねん}')}）`,
        day(at),
    );
}
