// Which pages there are, for whom, and the file each is loaded from when it is first opened.
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Role } from '@api';
import { who } from '../net/session';
import { match, visits } from '../route';
import { t } from '../text';
import { Notice } from '../ui/notice';

/** A page gets the parts of its path that the {} of its pattern stand for. */
type PageOf = ComponentType<{ parts: string[] }>;

interface Entry {
    path: string;
    ja: string;
    en: string;
    roles: readonly Role[];
    inNav?: boolean;
    load: () => Promise<{ default: PageOf }>;
}

const CASEWORK: readonly Role[] = ['worker', 'team_lead', 'coordinator'];

const COORDINATOR: readonly Role[] = ['coordinator'];
const MEETINGS: readonly Role[] = [...CASEWORK, 'secretary'];
const SUPERVISORS: readonly Role[] = ['team_lead', 'coordinator', 'auditor'];
const AUDITOR: readonly Role[] = ['auditor'];
const ADMINISTRATOR: readonly Role[] = ['administrator'];
const EVERYONE: readonly Role[] = [...MEETINGS, 'auditor', 'administrator'];

const PAGES: readonly Entry[] = [
    { path: 'work', ja: 'わたしの仕事', en: 'My work', roles: CASEWORK, inNav: true, load: () => import('../pages/work/work') },
    { path: 'new', ja: '新しい相談', en: 'New consultation', roles: CASEWORK, inNav: true, load: () => import('../pages/new/new') },
    { path: 'board', ja: '調整ボード', en: 'Board', roles: COORDINATOR, inNav: true, load: () => import('../pages/board/board') },
    { path: 'audit', ja: 'さがす', en: 'Search', roles: AUDITOR, inNav: true, load: () => import('../pages/audit/search') },
    {
        path: 'flows',
        ja: 'つなぎの流れ',
        en: 'Flows',
        roles: ['coordinator', 'auditor'],
        inNav: true,
        load: () => import('../pages/flows/flows'),
    },
    { path: 'audit/case/{}', ja: 'ケースの経緯', en: 'Custody of a case', roles: AUDITOR, load: () => import('../pages/audit/timeline') },
    { path: 'reports', ja: '監査報告', en: 'Reports', roles: AUDITOR, inNav: true, load: () => import('../pages/audit/reports') },
    { path: 'proof', ja: '証明を確かめる', en: 'Check a proof', roles: AUDITOR, inNav: true, load: () => import('../pages/proof/proof') },
    {
        path: 'meetings',
        ja: 'かしまる会議',
        en: 'Meetings',
        roles: MEETINGS,
        inNav: true,
        load: () => import('../pages/meetings/meetings'),
    },
    { path: 'meeting/{}', ja: 'かしまる会議', en: 'Meeting', roles: MEETINGS, load: () => import('../pages/meeting/meeting') },
    {
        path: 'recalls',
        ja: '同意撤回への対応',
        en: 'Withdrawn consents',
        roles: CASEWORK,
        inNav: true,
        load: () => import('../pages/recalls/recalls'),
    },
    {
        path: 'duplicates',
        ja: '同一人物の確認',
        en: 'Possible duplicates',
        roles: COORDINATOR,
        inNav: true,
        load: () => import('../pages/duplicates/duplicates'),
    },
    {
        path: 'notices',
        ja: 'お知らせと確認',
        en: 'Notices',
        roles: SUPERVISORS,
        inNav: true,
        load: () => import('../pages/notices/notices'),
    },
    { path: 'users', ja: '利用者と役割', en: 'Users', roles: ADMINISTRATOR, inNav: true, load: () => import('../pages/users/users') },
    {
        path: 'keys',
        ja: '鍵の状態',
        en: 'Keys',
        roles: ['auditor', 'administrator'],
        inNav: true,
        load: () => import('../pages/keys/keys'),
    },
    {
        path: 'hosts',
        ja: '機関システムとサインイン',
        en: 'Systems and sign-ins',
        roles: ['auditor', 'administrator'],
        inNav: true,
        load: () => import('../pages/hosts/hosts'),
    },
    {
        path: 'queues',
        ja: '伝達の状態',
        en: 'Queues',
        roles: ['administrator', 'coordinator'],
        inNav: true,
        load: () => import('../pages/queues/queues'),
    },
    {
        path: 'directory',
        ja: '名簿の登録',
        en: 'Directory',
        roles: ADMINISTRATOR,
        inNav: true,
        load: () => import('../pages/directory/directory'),
    },
    {
        path: 'directory/agency',
        ja: '機関を加える',
        en: 'Add an agency',
        roles: ADMINISTRATOR,
        load: () => import('../pages/directory/agency'),
    },
    {
        path: 'directory/agency/{}',
        ja: '機関を変更する',
        en: 'Change an agency',
        roles: ADMINISTRATOR,
        load: () => import('../pages/directory/agency'),
    },
    {
        path: 'directory/programme/{}',
        ja: '事業を変更する',
        en: 'Change a programme',
        roles: ADMINISTRATOR,
        load: () => import('../pages/directory/programme'),
    },
    {
        path: 'agencies',
        ja: '機関をさがす',
        en: 'Agencies',
        roles: EVERYONE,
        inNav: true,
        load: () => import('../pages/agencies/agencies'),
    },
    { path: 'agencies/{}', ja: '機関', en: 'Agency', roles: EVERYONE, load: () => import('../pages/agencies/agencies') },
    { path: 'case/{}', ja: 'ケース', en: 'Case', roles: CASEWORK, load: () => import('../pages/case/case') },
    { path: 'case/{}/refer', ja: 'つなぐ', en: 'Refer', roles: CASEWORK, load: () => import('../pages/refer/refer') },
    {
        path: 'case/{}/meeting',
        ja: '小会議を求める',
        en: 'Call a meeting',
        roles: MEETINGS,
        load: () => import('../pages/call-meeting/call-meeting'),
    },
    { path: 'case/{}/paper', ja: '本人に渡す紙', en: 'Paper for the person', roles: CASEWORK, load: () => import('../pages/paper/paper') },
    { path: 'settings', ja: '設定', en: 'Settings', roles: EVERYONE, load: () => import('../pages/settings/settings') },
    { path: 'case/{}/close', ja: '終結する', en: 'Close the case', roles: CASEWORK, load: () => import('../pages/close/close') },
    { path: 'referral/{}', ja: 'つなぎ', en: 'Referral', roles: CASEWORK, load: () => import('../pages/referral/referral') },
];

export function navOf(role: Role | undefined): readonly Entry[] {
    return PAGES.filter((p) => p.inNav && role && p.roles.includes(role));
}

interface Found {
    entry: Entry;
    parts: string[];
}

function find(path: string): Found | null {
    const role = who.value?.role;
    const wanted = path || navOf(role)[0]?.path || '';
    for (const entry of PAGES) {
        const parts = match(entry.path, wanted);
        if (parts && role && entry.roles.includes(role)) return { entry, parts };
    }
    return null;
}

export function titleOf(path: string): string {
    const found = find(path);
    return found ? t(found.entry.ja, found.entry.en) : t('ページがありません', 'No such page');
}

const AGAIN_MS = 2_000;
const LATE_MS = 2_500;

const loaded = new Map<string, PageOf>();

export function Page(p: { path: string }): JSX.Element {
    const found = find(p.path);
    const [, setCount] = useState(0);
    const [hasFailed, setFailed] = useState(false);
    const entry = found?.entry;
    useEffect(() => {
        setFailed(false);
        if (!entry || loaded.has(entry.path)) return undefined;
        let isGone = false;
        let timer = 0;
        const after = (ms: number, what: () => void): void => {
            timer = setTimeout(what, ms) as unknown as number;
        };
        const ended = (): void => {
            clearTimeout(timer);
            if (isGone) return;
            setFailed(!loaded.has(entry.path));
            setCount((n) => n + 1);
            if (!loaded.has(entry.path)) after(AGAIN_MS, load);
        };
        const load = (): void => {
            after(LATE_MS, () => setFailed(true));
            entry.load().then((m) => {
                loaded.set(entry.path, m.default);
                ended();
            }, ended);
        };
        load();
        return () => {
            isGone = true;
            clearTimeout(timer);
        };
    }, [entry]);
    if (!found)
        return (
            <>
                <h1>{titleOf(p.path)}</h1>
                <Notice
                    tone="info"
                    title={t('このページはないか、あなたの役割では開けません。', 'There is no such page, or your role does not open it.')}
                />
            </>
        );
    const Body = loaded.get(found.entry.path);
    if (hasFailed && !Body)
        return (
            <Notice
                tone="warn"
                title={t(
                    'サーバーの応答がないため、このページをまだ表示できません。つながり次第、自動で表示します。',
                    'The server does not answer. The page is shown as soon as it does.',
                )}
            />
        );
    return Body ? (
        <Body key={`${p.path} ${visits.value}`} parts={found.parts} />
    ) : (
        <p class="loading" role="status">
            {t('読み込んでいます…', 'Loading…')}
        </p>
    );
}
