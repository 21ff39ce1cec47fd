// Every page of the console, for every role that opens it, with something on it: it is in both themes, on an office screen and a telephone,
// at 200 %, and in both languages what it must be. The table of pages is the console's own: a page that nobody looks at here fails.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { check, end, launch, leave, until } from './lib.mjs';
import { axe, CLOSE, dress, follow, frame, goTo, inEnglish, layout, SCREENS, settle, spaced } from './lib_eye.mjs';
import { world } from './lib_world.mjs';

const CONSOLE = process.env.KM_CONSOLE;
const PICTURES = process.env.KM_PICTURES;
const WHO = { worker: 'sender', team_lead: 'lead', coordinator: 'coordinator', secretary: 'secretary', auditor: 'auditor', administrator: 'administrator' };
const STANDING = /預託鍵がありません/; // true of a fresh installation, and the page must say so

/** The console's table of pages, out of its source. */
function table() {
    const typescript = createRequire(`${CONSOLE}/package.json`)('typescript');
    const source = `${readFileSync(`${CONSOLE}/src/shell/pages.tsx`, 'utf8')}\nexport { PAGES };`;
    const options = { module: typescript.ModuleKind.CommonJS, jsx: typescript.JsxEmit.React, target: typescript.ScriptTarget.ES2022 };
    const made = {};
    new Function('exports', 'require', typescript.transpileModule(source, { compilerOptions: options }).outputText)(made, () => ({}));
    return made.PAGES;
}

/** For each page what stands for the {} of its path, by role where it differs, and words that are there only with something on it. */
const LOOKED_AT = {
    work: { shows: { worker: /受入|辞退/, team_lead: /受入|辞退/, coordinator: /打診中/ } },
    new: { shows: /相談の内容/ },
    board: { shows: /ワークス/ },
    flows: { shows: /地域生活支援センター/ },
    audit: { shows: /照会は記録されます/ },
    'audit/case/{}': { of: 'case', shows: /辞退/ },
    reports: { shows: /監査報告/ },
    proof: { shows: /証明ファイル/ },
    meetings: { shows: /日程調整中/ },
    'meeting/{}': { of: ['meeting', 'fixed'], shows: /手話通訳/ },
    recalls: { shows: { worker: /対応するものはありません/, team_lead: /対応するものはありません/, coordinator: /対応するものはありません/ } },
    duplicates: { shows: /一致の度合い/ },
    notices: { shows: { team_lead: /新しいお知らせはありません/, coordinator: /生命・身体の危険/, auditor: /生命・身体の危険/ } },
    users: { shows: /madoguchi/ },
    keys: { shows: /鍵/ },
    hosts: { shows: /madoguchi/ },
    queues: { shows: /新しい相談を受け付けたこと/ },
    directory: { shows: /名簿/ },
    'directory/agency': { shows: /機関/ },
    'directory/agency/{}': { of: { '': 'A056' }, shows: /福祉の総合相談窓口/ },
    'directory/programme/{}': { of: { '': 'P001' }, shows: /事業/ },
    agencies: { shows: /機関/ },
    'agencies/{}': { of: { '': 'A056' }, shows: /福祉の総合相談窓口/ },
    'case/{}': { of: 'case', shows: { worker: /支援措置の対象です/, team_lead: /支援措置の対象です/, coordinator: /架空 梅子/ } },
    'case/{}/refer': { of: 'case', shows: /専門とする/ },
    'case/{}/meeting': { of: 'case', shows: /自動で招集されます/, says: ['かしまる小会議'] },
    'case/{}/paper': { of: 'case', shows: /あなた/ },
    settings: { shows: /パスワード/, says: ['ことば', '日本語'] },
    'case/{}/close': { of: 'case', shows: /評価/ },
    'referral/{}': { of: ['waits', 'taken'], shows: /打診中|受入/ },
};
const OWN = { case: 'own', meeting: 'ownMeeting', taken: 'ownReferral', waits: 'ownReferral' }; // of the coordinator's agency

/** The addresses of a page for a role. */
function pathsOf(entry, role, of) {
    const wanted = LOOKED_AT[entry.path].of;
    if (!wanted)
        return [entry.path];
    const isOther = role === 'coordinator' || role === 'secretary';
    const ids = typeof wanted === 'string' || Array.isArray(wanted) ? [wanted].flat().map((w) => of[isOther && OWN[w] ? OWN[w] : w]) : Object.values(wanted);
    return [...new Set(ids)].map((id) => entry.path.replace('{}', id));
}

/** What its pictures are called: the path without what stands for the {}, and which of several it is. */
const short = (pattern, index) => pattern.replaceAll('/{}', '').replaceAll('/', '-') + (index ? `-${index + 1}` : '');

async function inBothThemes(page, name, screen) {
    for (const theme of ['light', 'contrast']) {
        await dress(page, theme);
        await axe(page, `${name} (${screen}, ${theme})`);
        await page.screenshot({ path: `${PICTURES}/${page.story}-${name}-${screen}-${theme}.png`, fullPage: true });
    }
    await dress(page, 'light');
}

/** What differs from role to role is looked at for each; what does not, for the first who opens it. */
async function look(page, { entry, name, path, isFirst }, role) {
    await page.setViewportSize(SCREENS.office);
    await goTo(page, path);
    const words = () => page.locator('main').innerText();
    const shows = LOOKED_AT[entry.path].shows;
    const wanted = shows instanceof RegExp ? shows : shows[role];
    const isThere = async () => !!wanted?.test(await words());
    await until(page, isThere, () => page.reload().then(() => settle(page))); // some news are still on their way
    check(`${page.story}: ${name} has something on it`, await isThere(), `${wanted} is not in ${(await words()).replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    const faults = (await page.locator('.notice.is-bad').allTextContents()).filter((f) => !STANDING.test(f));
    check(`${page.story}: ${name} has no error`, faults.length === 0, faults.join(' | '));
    await frame(page, name, entry.ja);
    await layout(page, `${name} (office)`);
    if (isFirst)
        await inBothThemes(page, name, 'office');
    await page.setViewportSize(SCREENS.phone);
    await layout(page, `${name} (phone)`, true);
    if (isFirst)
        await inBothThemes(page, name, 'phone');
    else
        await axe(page, `${name} (phone)`);
    if (!isFirst)
        return;
    await spaced(page, true);
    await layout(page, `${name}, its letters apart`);
    await spaced(page, false);
    for (const [how, size] of Object.entries(CLOSE)) {
        await page.setViewportSize(size);
        await layout(page, `${name} (${how})`, how === 'zoomed');
    }
    await english(page, entry, name);
}

async function english(page, entry, name) {
    await page.getByRole('button', { name: 'English' }).click();
    await settle(page);
    await inEnglish(page, name, LOOKED_AT[entry.path].says);
    await frame(page, `${name} in English`, entry.en);
    await layout(page, `${name} in English (narrow)`);
    await page.setViewportSize(SCREENS.office);
    await layout(page, `${name} in English (office)`);
    await page.getByRole('button', { name: '日本語' }).click();
}

const PAGES = table();
check('the table of pages was read', PAGES.length > 20, String(PAGES.length));
for (const { path } of PAGES)
    check(`${path}: somebody looks at it`, !!LOOKED_AT[path], 'no entry in LOOKED_AT');
for (const path of Object.keys(LOOKED_AT))
    check(`${path}: there is such a page`, PAGES.some((p) => p.path === path), 'it has gone');

const browser = await launch();
const { people, of } = await world(browser);
const done = new Set();
const walks = Object.entries(WHO).map(([role, who]) => ({ role, page: people[who], stops: [] }));
for (const entry of PAGES.filter((p) => LOOKED_AT[p.path]))
    for (const role of entry.roles) {
        const walk = walks.find((w) => w.role === role);
        check(`${entry.path}: somebody is ${role}`, !!walk, 'nobody');
        pathsOf(entry, role, of).forEach((path, i) => {
            const name = short(entry.path, i) + (/^(agencies|directory.agency).\{\}$/.test(entry.path) ? '-one' : '');
            walk?.stops.push({ entry, path, name, isFirst: !done.has(name) });
            done.add(name);
        });
    }

/** One after the other along a role's pages, the roles beside each other. */
async function walkAlong({ role, page, stops }) {
    const began = Date.now();
    follow(page);
    await page.reload();
    for (const stop of stops)
        await look(page, stop, role);
    console.log(`${role}: ${stops.length} pages, ${Date.now() - began} ms`);
}

const began = Date.now();
await Promise.all([walks.slice(0, 1), walks.slice(1)].map(async (some) => {
    for (const walk of some)
        await walkAlong(walk);
}));
console.log(`all: ${Date.now() - began} ms`);
for (const page of Object.values(people))
    await leave(page);
await browser.close();
end();
