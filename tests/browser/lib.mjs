// A person at the console: real Chromium, real sign-in with a time code, and for every page it stops at the same questions: does axe find
// nothing, in both themes; and a picture to look at afterwards.
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BY_KEYBOARD, hands } from './hands.mjs';

const need = createRequire(`${process.env.KM_CONSOLE}/package.json`);
const { chromium } = need('playwright-core');
const AXE = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');

export const BASE = process.env.KM_URL;
export const PEOPLE = JSON.parse(readFileSync(process.env.KM_PEOPLE, 'utf8'));
const PICTURES = process.env.KM_PICTURES;
mkdirSync(PICTURES, { recursive: true });
export const WAIT_MS = 60_000; // nothing takes so long, also on a slow machine that does other things beside it
const STEP_MS = 30_000; // of a time code
const AGAIN_MS = 500;

export const OFFICE = { width: 1366, height: 768 };
export const PHONE = { width: 375, height: 740 };

let passed = 0;
let failed = 0;

export function check(name, isGood, why = '') {
    if (isGood) {
        passed++;
        console.log(`ok ${name}`);
    } else {
        failed++;
        console.log(`FAIL ${name}: ${why}`);
    }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** What is read is as it should be, at once or as soon as the page has it. */
export async function becomes(name, read, isGood = (is) => is === true) {
    const end = Date.now() + WAIT_MS;
    for (;;) {
        const is = await read().catch((e) => e);
        const isSo = !(is instanceof Error) && isGood(is);
        if (isSo || Date.now() > end)
            return check(name, isSo, is instanceof Error ? is.message : (JSON.stringify(is) ?? '').slice(0, 400));
        await pause(100);
    }
}

/** The last line and the exit code, as every test here has them. */
export function end() {
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed || !passed ? 1 : 0;
}

/** RFC 6238, SHA-1, six digits, 30 s. */
export function code(secret, at = Date.now()) {
    const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret.replace(/=+$/, '')].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => parseInt(b, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(at / STEP_MS)));
    const mac = createHmac('sha1', key).update(counter).digest();
    const offset = mac[19] & 15;
    return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function launch() {
    return chromium.launch({ executablePath: process.env.KM_CHROMIUM ?? '/usr/bin/chromium', args: ARGS, timeout: 2 * WAIT_MS });
}

/** A story that stops in the middle shows where it stood. */
const pages = [];
process.on('uncaughtException', async (e) => {
    console.log(`FAIL the story stopped: ${e.message}`);
    for (const page of pages.filter((p) => !p.isClosed())) {
        console.log(`${page.story} stood on ${page.url()}: ${(await page.locator('main').innerText().catch(() => '')).replace(/\s+/g, ' ').slice(0, 600)}`);
        await page.screenshot({ path: `${PICTURES}/${page.story}-stopped.png` }).catch(() => undefined);
    }
    process.exit(1);
});

/** A computer of one's own: nothing on it from anybody before. Whatever a page logs as an error fails the story. */
export async function sit(browser, name, viewport = OFFICE, options = {}) {
    const context = await browser.newContext({ viewport, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', ...options });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    page.story = name;
    hands(page);
    pages.push(page);
    page.errors = [];
    page.on('pageerror', (e) => page.errors.push(String(e)));
    page.on('console', (m) => {
        if (m.type() === 'error' && !/Failed to load resource/.test(m.text()))
            page.errors.push(m.text());
    });
    return page;
}

export async function leave(page) {
    check(`${page.story}: nothing went wrong in the page`, page.errors.length === 0, page.errors.join(' | ').slice(0, 400));
    if (BY_KEYBOARD) {
        const faults = await hands(page).faults();
        check(`${page.story}: by keyboard the focus is always shown and never lost`, faults.length === 0, faults.join(' | ').slice(0, 1000));
    }
    await page.context().close();
}

/** Each code works once: whoever signs in a second time waits for the next. */
export async function freshCode(person) {
    let at = Date.now();
    for (; Math.floor(at / STEP_MS) <= person.step; at = Date.now())
        await pause(500);
    person.step = Math.floor(at / STEP_MS);
    return code(person.totp, at);
}

/** With a code; and with the next one where the page says that this one may be used up, because its answer came too late. */
async function prove(page, person, isIn) {
    const used = page.getByText('この確認コードはもう使えないかもしれません');
    for (let tries = 0; tries < 3 && !(await isIn()); tries++) {
        await hands(page).write(page.getByLabel('確認コード'), await freshCode(person));
        await hands(page).press(page.getByRole('button', { name: 'サインイン' }));
        await until(page, async () => (await isIn()) || (await used.isVisible()));
    }
    if (!(await isIn()))
        throw new Error(`${person.user} is not let in: ${(await page.locator('body').innerText()).slice(0, 400)}`);
}

export async function signIn(page, who, path = '') {
    await page.goto(`${BASE}c/${path}`);
    await enter(page, who);
}

/** Where the page asks who one is. */
export async function enter(page, who) {
    const person = PEOPLE[who];
    await hands(page).write(page.getByLabel('利用者名'), person.user);
    await hands(page).write(page.getByLabel('パスワード'), person.password);
    await prove(page, person, () => page.getByRole('navigation', { name: '主なページ' }).isVisible());
}

/** Where the screen was locked: the same person goes on. */
export async function unlock(page, who) {
    const person = PEOPLE[who];
    await hands(page).write(page.getByLabel('パスワード'), person.password);
    await prove(page, person, async () => !(await page.getByRole('heading', { name: '画面をロックしました' }).isVisible()));
}

/** The page's clock, which was installed, goes on until so many seconds before the lock; keys and the mouse stay where they are. */
export async function runTo(page, clock, seconds) {
    const left = await page.evaluate(() => {
        const { who } = JSON.parse(localStorage.getItem('kashimaru.session'));
        return Number(localStorage.getItem('kashimaru.active')) + who.idle_s * 1000 - Date.now();
    });
    await clock.runFor(Math.max(0, left - seconds * 1000));
}

/** By the menu to another page; on a telephone it is opened first. */
export async function turnTo(page, name) {
    const menu = page.getByRole('navigation', { name: '主なページ' });
    await menu.waitFor();
    const opener = menu.getByRole('button', { name: /^メニュー/ });
    if (await opener.isVisible())
        await hands(page).press(opener);
    await hands(page).press(menu.getByRole('link', { name, exact: true }));
}

/** What prepares a story is asked for from the signed-in page itself, with its session; as the console does it, with one key until it is
 * answered. What one service did is news to the next a moment later: what is not there yet is asked for again, anew. */
export async function ask(page, method, path, body) {
    let key = randomUUID();
    for (const end = Date.now() + WAIT_MS; ; await pause(500)) {
        const answer = await page.evaluate(async ([m, p, b, k]) => {
            const { csrf } = JSON.parse(localStorage.getItem('kashimaru.session'));
            const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf, 'Idempotency-Key': k };
            try {
                const response = await fetch(`/api/v1${p}`, m === 'GET' ? {} : { method: m, headers, body: JSON.stringify(b) });
                return { http: response.status, body: await response.json() };
            } catch (e) {
                return { http: 0, body: String(e) };
            }
        }, [method, path, body, key]);
        if (answer.http >= 200 && answer.http < 300)
            return answer.body;
        if (![0, 404, 429, 503, 504].includes(answer.http) || Date.now() > end)
            throw new Error(`${method} ${path}: ${answer.http} ${JSON.stringify(answer.body)}`);
        if (answer.http === 404)
            key = randomUUID();
    }
}

export const TOLD = '母は80歳。同居の50歳の息子が20年部屋から出ない。年金だけで暮らしている。（架空）';

/** A household of the story, taken on by the agency of whoever sits there. */
export async function openCase(page) {
    const { case_id } = await ask(page, 'POST', '/cases', {
        channel: 'phone_family', area: 'north', age_band: 'elder', needs: ['hikikomori', 'poverty'], urgency: 'routine', consent: 'given',
        sealed: { name: '架空 花子', kana: 'かくう はなこ', narrative: TOLD },
    });
    return case_id;
}

/** Offers such a case; the answer is the referral. */
export async function offer(page, case_id, to, kind = 'transfer') {
    return ask(page, 'POST', `/cases/${case_id}/referrals`, {
        to: [to], kind, needs: ['hikikomori'], items: ['identity', 'narrative'], basis: 'consent', purpose: 'referral', send: true,
    });
}

/** Finds an agency by a part of its name, and takes it. */
export async function pickAgency(page, label, part, name) {
    await hands(page).pick(page.getByRole('combobox', { name: label }), part, name);
    await page.getByRole('list', { name: '選んだ機関' }).getByText(name).waitFor();
}

/** Looks, and tries again, as people do, while news are still on their way, each time waiting longer for what comes of it; whatever it looks
 * for must be there in the end. */
export async function until(page, what, again = () => undefined, most = WAIT_MS) {
    const end = Date.now() + most;
    for (let wait = AGAIN_MS, next = Date.now() + wait; !(await what().catch(() => false)) && Date.now() < end; ) {
        await page.waitForTimeout(200);
        if (Date.now() < next)
            continue;
        await again();
        wait *= 2;
        next = Date.now() + wait;
    }
}

/** It stands there, or does when the page is opened anew: what is about something new may not know of it yet. */
export async function stands(page, locator) {
    await until(page, () => locator.first().isVisible(), () => page.reload());
    await locator.first().waitFor();
}

/** Does it fit a screen of this width? */
export async function fits(page, name, width) {
    const was = page.viewportSize();
    await page.setViewportSize({ ...was, width });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`${page.story}: ${name} fits ${width} px`, wide <= 0, `${wide} px too wide`);
    await page.setViewportSize(was);
}

/** axe in both themes, and a picture of each; the same story by keyboard stops at the same pages and need not look again. */
export async function look(page, name) {
    if (BY_KEYBOARD)
        return;
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' }).catch(() => undefined);
    for (const theme of ['light', 'contrast']) {
        await page.evaluate((t) => {
            document.documentElement.dataset.theme = t;
        }, theme);
        if (!(await page.evaluate(() => 'axe' in window)))
            await page.evaluate(AXE);
        const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
        const words = found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 2).map((n) => n.target.join(' ')).join(', ')}`).join(' | ');
        check(`${page.story}: axe finds nothing on ${name} (${theme})`, found.violations.length === 0, words);
        await page.screenshot({ path: `${PICTURES}/${page.story}-${name}-${theme}.png`, fullPage: true });
    }
    await page.evaluate(() => {
        document.documentElement.dataset.theme = 'light';
    });
    await fits(page, name, page.viewportSize().width);
}

export async function sees(page, name, locator) {
    const isThere = await locator.first().waitFor().then(() => true, () => false);
    check(`${page.story}: ${name}`, isThere, `not there on ${page.url()}`);
}
