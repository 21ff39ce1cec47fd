// What a ground means, in one line for whoever must choose one at the counter; the clause itself comes from the server.
import type { LegalBasis } from '@api';
import { t } from '../../text';

const MEETING: readonly [string, string] = [
    'この会議の構成機関の間で、会議で必要な範囲だけ渡せます（守秘義務があります）。',
    'Among the members of this body, as far as its work needs; they are bound to secrecy.',
];

const LINES: Partial<Record<LegalBasis, readonly [string, string]>> = {
    none: ['個人情報は渡しません。課題などだけで相談します。', 'Nothing about the person is given: they are asked by need only.'],
    consent: ['本人が「伝えてよい」と言った項目を、言った相手にだけ渡せます。', 'What the person agreed to, to whom they agreed to.'],
    swa_106_6: [
        '支援会議：本人の同意がなくても、会議の構成員の間で必要な範囲だけ渡せます（守秘義務があります）。',
        'Support conference: without consent, among its members and as far as needed; they are bound to secrecy.',
    ],
    needy_9: [
        '困窮の支援会議：本人の同意がなくても、会議の構成員の間で必要な範囲だけ渡せます（守秘義務があります）。',
        'Support conference on need: without consent, among its members; they are bound to secrecy.',
    ],
    cwa_25_2: [
        '要対協：支援が必要な子どもについて、構成機関の間で必要な範囲だけ渡せます（守秘義務があります）。',
        'Child protection council: about a child, among its members; they are bound to secrecy.',
    ],
    abuse_report: [
        '虐待の通報とその対応のために渡せます。守秘義務の違反になりません。',
        'To report abuse and to act on it; no breach of secrecy.',
    ],
    ppa_69: ['市の機関の間などで、法律の定める場合に限って渡せます。', 'Between public bodies, only in the cases the law names.'],
    ppa_69_1: ['渡すことが法令に定められているときに使います。', 'Where another law says that it is given.'],
    ppa_69_2_2: ['市の中で、事務に必要な範囲だけ使うときです。', 'Within the city, as far as its work needs.'],
    ppa_69_2_3: ['ほかの行政機関の事務に必要で、相当の理由があるときです。', 'Another public body needs it, with good reason.'],
    ppa_69_2_4: [
        '明らかに本人の利益になるときなど、特別の理由があるときです。',
        'Clearly to the person’s benefit, or another special reason.',
    ],
    ppa_27: [
        '生命・身体・財産の保護に必要で、本人の同意を得るのが難しいときです。',
        'To protect life, body or property, where consent is hard to get.',
    ],
    disaster_49: ['避難の支援のために、本人の同意のもとで渡します。', 'For help in a disaster, with consent.'],
    child_abuse_13_4: ['児童相談所や市から求められた資料・情報を渡すときです。', 'What a child guidance centre or the city asks for.'],
    child_report_6: [
        '虐待を受けたと思われる子どもを通告するときです。確証はいりません。',
        'To report a child believed to be abused; no proof is needed.',
    ],
    elder_report_7: [
        '虐待を受けたと思われる高齢者を通報するときです。確証はいりません。',
        'To report an elder believed to be abused; no proof is needed.',
    ],
    disability_report_7: [
        '虐待を受けたと思われる障害者を通報するときです。確証はいりません。',
        'To report a disabled person believed to be abused; no proof is needed.',
    ],
};

export function inOneLine(basis: LegalBasis): string {
    const [ja, en] = LINES[basis] ?? MEETING;
    return t(ja, en);
}
