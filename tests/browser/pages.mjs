// What a page becomes while somebody works on it: its tabs, its forms, its questions, and its faults; what is printed of it; and the pages
// of whoever is nobody yet. The pages as they open are looked at by roles.mjs.
import { inflateSync } from 'node:zlib';
import { BASE, becomes, check, end, launch, leave, PEOPLE, sees, sit } from './lib.mjs';
import { axe, dress, follow, goTo, layout, SCREENS, settle, spaced } from './lib_eye.mjs';
import { ADDRESS, world } from './lib_world.mjs';

const PICTURES = process.env.KM_PICTURES;
const A4 = { width: 794, height: 1123 };

async function look(page, name) {
    await settle(page);
    await layout(page, `${name} (office)`, true);
    await dress(page, 'contrast');
    await axe(page, `${name} (contrast)`);
    await dress(page, 'light');
    await page.screenshot({ path: `${PICTURES}/${page.story}-${name}-office-light.png`, fullPage: true });
    await page.setViewportSize(SCREENS.phone);
    await layout(page, `${name} (phone)`, true);
    await axe(page, `${name} (phone)`);
    await page.screenshot({ path: `${PICTURES}/${page.story}-${name}-phone-light.png`, fullPage: true });
    await spaced(page, true);
    await layout(page, `${name}, its letters apart`);
    await spaced(page, false);
    await page.setViewportSize(SCREENS.office);
}

const press = (page, name, of = page) => of.getByRole('button', { name }).first().click();
const tab = (page, name) => page.getByRole('tab', { name }).click();

/** Each begins anew: [who, path, name, what is done there, words that must stand there then]. */
const STATES = (of) => [
    ...['世帯', '経過記録', '支援機関', 'できごと', '同意', '提供記録', '通報者'].map((name, i) => ['sender', `case/${of.case}`, `tab-${i + 2}`, (p) => tab(p, name), null]),
    ['sender', `case/${of.case}`, 'household', async (p) => {
        await tab(p, '世帯');
        await press(p, '世帯員を表示する');
    }, /架空 太郎/],
    ['sender', `case/${of.case}`, 'member', async (p) => {
        await tab(p, '世帯');
        await press(p, '世帯員を表示する');
        await press(p, '世帯員を加える');
        await press(p, '記録する');
    }, /続柄/],
    ['sender', `case/${of.case}`, 'protection', async (p) => {
        await tab(p, '世帯');
        await press(p, '世帯員を表示する');
        await press(p, '本人の支援措置を変える');
    }, /見ることができる人/],
    ['sender', `case/${of.case}`, 'notifier', async (p) => {
        await tab(p, '通報者');
        await press(p, '通報者を記録する');
    }, /本人との関係/],
    ['sender', `case/${of.case}`, 'notifier-shown', async (p) => {
        await tab(p, '通報者');
        await press(p, /通報者を表示する/);
    }, /近所の人/],
    ['sender', `case/${of.case}`, 'consent', async (p) => {
        await tab(p, '同意');
        await press(p, '同意を記録する');
        await press(p, '記録する', p.getByRole('tabpanel').locator('form'));
    }, /伝えてよい相手/],
    ['sender', `case/${of.case}`, 'withdrawal', async (p) => {
        await tab(p, '同意');
        await press(p, /撤回を記録する/);
    }, /元には戻せません/],
    ['sender', `case/${of.case}/close`, 'close-empty', (p) => press(p, '終結する'), /評価/],
    ['sender', 'new', 'new-empty', (p) => press(p, '受け付ける'), /相談の内容/],
    ['sender', `case/${of.case}/refer`, 'refer-empty', (p) => press(p, '送る'), /選んで/],
    ['sender', `referral/${of.waits}`, 'withdraw', (p) => press(p, '取下げ'), /理由/],
    ['sender', `meeting/${of.meeting}`, 'meeting-cancel', (p) => press(p, '取りやめる'), /元には戻せません/],
    ['sender', `meeting/${of.meeting}`, 'meeting-answer', (p) => press(p, '答え直す'), /矢印キー/],
    ['receiver', 'recalls', 'recall', (p) => press(p, '回答する'), /どうしましたか/],
    ['second', `case/${of.case}`, 'glass-empty', (p) => press(p, '緊急閲覧を始める'), /緊急閲覧/],
    ['coordinator', `meeting/${of.ownMeeting}`, 'times', () => undefined, /日程の候補/],
    ['coordinator', `meeting/${of.ownMeeting}`, 'fix', async (p) => {
        await press(p, 'この日時に決める');
        await press(p, '確定する');
    }, /会議の根拠/],
    ['auditor', 'audit', 'found', (p) => press(p, 'さがす'), /福祉の総合相談窓口/],
    ['auditor', `audit/case/${of.case}`, 'evidence', async (p) => {
        await press(p, '証拠の束を作る');
        await p.getByRole('link', { name: /束を保存する/ }).waitFor();
    }, /束を保存する/],
    ['auditor', 'proof', 'proof-false', async (p) => {
        await p.getByLabel('証明ファイル').setInputFiles({ name: 'x.tlog-proof', mimeType: 'text/plain', buffer: Buffer.from('x') });
        await p.getByLabel('記録の検証鍵').fill('x');
        await press(p, '確かめる');
    }, /エラー/],
    ['administrator', 'users', 'users-empty', (p) => press(p, '招待する'), /利用者名/],
    ['administrator', 'nowhere', 'no-page', () => undefined, /このページはないか/],
];

async function nobody(browser) {
    const page = await sit(browser, 'nobody');
    follow(page);
    await page.goto(`${BASE}c/`);
    await look(page, 'sign-in');
    await page.getByLabel('利用者名').fill(PEOPLE.sender.user);
    await page.getByLabel('パスワード').fill('chigau pasuwado 0000');
    await page.getByLabel('確認コード').fill('000000');
    await press(page, 'サインイン');
    await sees(page, 'a false password is told', page.locator('.notice.is-bad'));
    await look(page, 'sign-in-false');
    await page.goto(`${BASE}c/enrol`);
    await look(page, 'enrol');
    await leave(page);
}

/** Every letter that a PDF has in it: its fonts say which they stand for. */
function lettersOf(pdf) {
    const letters = new Set();
    const text = pdf.toString('latin1');
    const add = (l) => letters.add(l).add(l.normalize('NFKC')); // some come as radicals
    const letter = (hex) => hex.match(/.{4}/g)?.map((h) => String.fromCharCode(parseInt(h, 16))).join('') ?? '';
    for (const { index } of text.matchAll(/stream\r?\n/g)) {
        const from = text.indexOf('\n', index) + 1;
        let plain = '';
        try {
            plain = inflateSync(pdf.subarray(from, text.indexOf('endstream', from))).toString('latin1');
        } catch {
            continue;
        }
        for (const [, body] of plain.matchAll(/beginbfchar([^]*?)endbfchar/g))
            for (const [, to] of body.matchAll(/<[0-9A-F]+>\s*<([0-9A-F]+)>/gi))
                add(letter(to));
        for (const [, body] of plain.matchAll(/beginbfrange([^]*?)endbfrange/g))
            for (const [, a, b, to] of body.matchAll(/<([0-9A-F]+)>\s*<([0-9A-F]+)>\s*<([0-9A-F]+)>/gi))
                for (let i = 0; i <= parseInt(b, 16) - parseInt(a, 16); i++)
                    add(String.fromCharCode(parseInt(to, 16) + i));
    }
    return letters;
}

/** On paper: nothing to press, nothing of the frame, and black on white whatever the screen's colours are. */
async function printed(page, name, wanted) {
    await dress(page, 'contrast');
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(A4);
    const is = await page.evaluate(() => {
        const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1;
        const colours = new Set();
        for (const e of document.querySelectorAll('main *'))
            if (shown(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
                colours.add(getComputedStyle(e).color);
        return {
            pressed: [...document.querySelectorAll('header, nav, button:not([role=tab]), a.button, input, select, textarea')].filter(shown).map((e) => e.textContent || e.tagName),
            colours: [...colours].filter((c) => c !== 'rgb(0, 0, 0)'),
            paper: getComputedStyle(document.documentElement).backgroundColor,
            words: document.querySelector('main').innerText,
            wide: document.documentElement.scrollWidth - innerWidth,
        };
    });
    check(`${page.story}: ${name} is printed without anything to press`, is.pressed.length === 0, is.pressed.join(' | ').slice(0, 300));
    check(`${page.story}: ${name} is printed black on white`, is.colours.length === 0 && is.paper === 'rgb(255, 255, 255)', `${is.colours} on ${is.paper}`);
    check(`${page.story}: ${name} fits the paper`, is.wide <= 0, `${is.wide} px`);
    check(`${page.story}: ${name} says on paper what it is for`, wanted.test(is.words), is.words.slice(0, 300));
    check(`${page.story}: ${name} does not say where somebody protected lives`, !is.words.includes(ADDRESS));
    await page.screenshot({ path: `${PICTURES}/${page.story}-${name}-printed.png`, fullPage: true });
    const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true, path: `${PICTURES}/${page.story}-${name}.pdf` });
    await page.emulateMedia({ media: null });
    await dress(page, 'light');
    await page.setViewportSize(SCREENS.office);
    return { words: is.words, pages: (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length, letters: lettersOf(pdf) };
}

async function onPaper({ sender, auditor }, of) {
    await goTo(sender, `case/${of.case}/paper`);
    const paper = await printed(sender, 'paper', /あなたのことを、だれに/);
    check(`the paper has one page or two`, paper.pages >= 1 && paper.pages <= 2, String(paper.pages));
    const missing = [...new Set(paper.words)].filter((c) => /[ぁ-ゖァ-ヺ一-鿿0-9]/.test(c) && !paper.letters.has(c));
    check('and its words are in the file', paper.letters.size > 50 && missing.length === 0, missing.join(''));
    await goTo(sender, `case/${of.case}`);
    await press(sender, /住所を表示する/);
    await sender.getByText(ADDRESS).waitFor();
    const shut = await printed(sender, 'protected-case', /印刷できません/);
    check('of a protected case nothing else is printed', !/架空 花子|ひきこもり/.test(shut.words), shut.words);
    await goTo(sender, `case/${of.other}`);
    await printed(sender, 'case', /架空 梅子/);
    await goTo(auditor, `audit/case/${of.case}`);
    await printed(auditor, 'timeline', /だれが担当していたか/);
}

const browser = await launch();
const { people, of } = await world(browser);
const states = STATES(of);
const mine = (who) => states.filter(([w]) => w === who);

async function along(whos) {
    for (const who of whos) {
        const page = people[who];
        follow(page);
        await page.reload();
        for (const [, path, name, act, wanted] of mine(who)) {
            await goTo(page, 'settings');
            await goTo(page, path);
            await act(page);
            await settle(page);
            const words = () => page.locator('dialog[open]').or(page.locator('main')).last().innerText();
            await becomes(`${page.story}: ${name} is there`, words, (w) => !wanted || wanted.test(w));
            await look(page, name);
            await page.keyboard.press('Escape');
        }
    }
}

const began = Date.now();
await Promise.all([along(['sender']), along(['receiver', 'second', 'coordinator', 'auditor', 'administrator']).then(() => nobody(browser))]);
await onPaper(people, of);
console.log(`all: ${Date.now() - began} ms`);
for (const page of Object.values(people))
    await leave(page);
await browser.close();
end();
