// What is asked of whatever stands on a screen, by whoever looks at it: what axe knows, and what it does not.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { check, WAIT_MS } from './lib.mjs';

const need = createRequire(`${process.env.KM_CONSOLE}/package.json`);
const AXE = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');

export const SCREENS = { office: { width: 1366, height: 768 }, phone: { width: 375, height: 740 } };
/** 1366 x 768 at 200 %, and what WCAG 1.4.10 calls reflow. */
export const CLOSE = { zoomed: { width: 683, height: 384 }, narrow: { width: 320, height: 568 } };
const JAPANESE = /[ぁ-ゖァ-ヺ一-鿿]/;
const LEAST = 44; // px, of whatever is pressed
const QUIET_MS = 40;

/** Counts what is asked of the server, and keeps what it answered: that is data, and in no language of ours. */
export function follow(page) {
    page.asked = new Set();
    page.data = new Set();
    const isApi = (r) => new URL(r.url()).pathname.startsWith('/api/') && !r.url().includes('/events');
    let isLeaving = false;
    page.on('request', (r) => {
        isLeaving ||= r.isNavigationRequest() && r.frame() === page.mainFrame();
        if (isApi(r))
            page.asked.add(r);
    });
    page.on('framenavigated', (frame) => {
        if (!isLeaving || frame !== page.mainFrame())
            return;
        isLeaving = false;
        page.asked.clear(); // what the page before had asked for is nobody's any more
    });
    page.on('requestfailed', (r) => page.asked.delete(r));
    page.on('requestfinished', async (r) => {
        if (!isApi(r))
            return;
        const body = await r.response().then((a) => a.json()).catch(() => null);
        keep(page.data, body);
        page.asked.delete(r);
    });
}

/** Every text of an answer, but for the Japanese half of what the server says in two languages. */
function keep(data, value) {
    if (typeof value === 'string' && value.startsWith('{'))
        keep(data, JSON.parse(value)); // an entry of a catalogue, as it stands in its file
    else if (typeof value === 'string' && JAPANESE.test(value))
        data.add(value);
    else if (value && typeof value === 'object')
        for (const [name, v] of Object.entries(value))
            if (name !== 'ja')
                keep(data, v);
}

/** Until nothing is asked for any more and nothing says that it loads. */
export async function settle(page) {
    const end = Date.now() + WAIT_MS;
    for (let quiet = 0; quiet < 2 && Date.now() < end; ) {
        await page.waitForTimeout(QUIET_MS);
        const isBusy = page.asked.size > 0 || (await page.evaluate(() => !!document.querySelector('main [aria-busy=true], main .loading, .busy') || !document.querySelector('h1')));
        quiet = isBusy ? 0 : quiet + 1;
    }
}

/** To another page, without loading the console anew. */
export async function goTo(page, path) {
    await page.evaluate((p) => {
        history.pushState(null, '', `/c/${p}`);
        dispatchEvent(new PopStateEvent('popstate'));
        scrollTo(0, 0);
    }, path);
    await settle(page);
}

export async function dress(page, theme) {
    await page.evaluate((t) => {
        document.documentElement.dataset.theme = t;
    }, theme);
}

const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] };
const MORE = ['region', 'landmark-one-main', 'landmark-unique', 'heading-order', 'page-has-heading-one', 'duplicate-id-aria'];

export async function axe(page, name) {
    if (!(await page.evaluate(() => 'axe' in window)))
        await page.evaluate(AXE);
    const found = await page.evaluate(([rules, more]) => globalThis.axe.run(document, { ...rules, rules: Object.fromEntries(more.map((r) => [r, { enabled: true }])) }), [RULES, MORE]);
    const words = found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`).join(' | ');
    check(`${page.story}: axe finds nothing on ${name}`, found.violations.length === 0, words);
}

/** Runs in the page: what is wrong with how it is laid out. */
function faultsOfLayout(least) {
    const faults = [];
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0)
        faults.push(`scrolls sideways by ${wide} px`);
    const told = (e) => `${e.tagName.toLowerCase()}${e.className && typeof e.className === 'string' ? `.${e.className.trim().replaceAll(/\s+/g, '.')}` : ''} «${(e.textContent ?? '').trim().slice(0, 24)}»`;
    const isShown = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1;
    const inside = (e, test) => {
        for (let up = e.parentElement; up; up = up.parentElement)
            if (test(getComputedStyle(up), up))
                return up;
        return null;
    };
    for (const e of document.querySelectorAll('body *')) {
        if (!isShown(e) || e.closest('.unseen, svg, .skip') || inside(e, (s) => s.clipPath !== 'none'))
            continue;
        const style = getComputedStyle(e);
        const box = e.getBoundingClientRect();
        const scrolls = inside(e, (s) => /auto|scroll/.test(s.overflowX));
        if (box.right > innerWidth + 1 && !scrolls)
            faults.push(`sticks out: ${told(e)} to ${Math.round(box.right)}`);
        if (!e.matches('input') && (/hidden|clip/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1 || /hidden|clip/.test(style.overflowY) && e.scrollHeight > e.clientHeight + 1))
            faults.push(`is cut off: ${told(e)}`);
        if (/auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 && !e.querySelector('a[href], button, input, select, textarea'))
            faults.push(`scrolls, and not by keyboard: ${told(e)}`);
        // letters under each other where words should stand
        if (box.width < 2 * parseFloat(style.fontSize) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim().length > 6))
            faults.push(`is a column of letters: ${told(e)}`);
        if (e.closest('.week td'))
            continue; // its cells are a grid, with rows for a mouse
        if (e.matches('button, a.button, nav a, select, summary, textarea, input:not([type=checkbox], [type=radio], [type=file]), .choice:has(> input)') && (box.height < least - 0.5 || box.width < least - 0.5))
            faults.push(`is small: ${told(e)} ${Math.round(box.width)} x ${Math.round(box.height)}`);
    }
    return faults;
}

/** Runs in the page: what has the focus must be seen, whatever sticks to the screen's edges. */
function faultsOfFocus() {
    const faults = [];
    const open = document.querySelector('dialog[open]') ?? document;
    const before = document.activeElement;
    for (const e of open.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')) {
        if (!e.checkVisibility() || e.closest('[inert]'))
            continue;
        e.focus();
        if (document.activeElement !== e)
            continue;
        const box = e.getBoundingClientRect();
        const isSeen = [0.1, 0.5, 0.9].some((part) => {
            const x = box.left + Math.min(box.width / 2, 30);
            const y = Math.max(box.top, 0) + (Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)) * part;
            const top = document.elementFromPoint(x, y);
            return top && (e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some((l) => l.contains(top)));
        });
        if (!isSeen)
            faults.push(`hidden when it has the focus: ${e.tagName} ${(e.labels?.[0]?.textContent || e.textContent || e.getAttribute('aria-label') || '').trim().slice(0, 24)} at ${Math.round(box.top)}–${Math.round(box.bottom)}`);
    }
    before?.focus?.();
    scrollTo(0, 0);
    return faults;
}

export async function layout(page, name, hasFocus = false) {
    const faults = await page.evaluate(faultsOfLayout, LEAST);
    if (hasFocus)
        faults.push(...(await page.evaluate(faultsOfFocus)));
    check(`${page.story}: ${name} is laid out well`, faults.length === 0, [...new Set(faults)].slice(0, 5).join(' | '));
}

/** One heading, a title that names the page, and the parts that a screen reader goes along. */
export async function frame(page, name, title) {
    const is = await page.evaluate(() => ({
        h1: [...document.querySelectorAll('h1')].filter((h) => h.checkVisibility()).length,
        title: document.title,
        parts: ['header', 'nav', 'main'].map((tag) => document.querySelectorAll(tag).length).join(),
        lang: document.documentElement.lang,
    }));
    const isGood = is.h1 === 1 && is.parts === '1,1,1' && is.title.startsWith(`${title} – `);
    check(`${page.story}: ${name} has one heading, its title and its parts`, isGood, JSON.stringify(is));
}

/** WCAG 1.4.12: whoever needs the letters further apart loses nothing. */
export async function spaced(page, isOn) {
    await page.evaluate((on) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(on ? '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }' : '');
        document.adoptedStyleSheets = [sheet];
    }, isOn);
}

/** Runs in the page: what stands there in Japanese and did not come as data. */
function japanese(data) {
    const JA = /[ぁ-ゖァ-ヺ一-鿿]/;
    const known = data.toSorted((a, b) => b.length - a.length);
    const left = new Set();
    const see = (text, e) => {
        if (!text || !JA.test(text) || e.closest('[lang=ja]:not(html), noscript'))
            return;
        let rest = text;
        for (const k of known)
            rest = rest.split(k).join('');
        if (JA.test(rest))
            left.add(rest.trim().slice(0, 40));
    };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode())
        see(walk.currentNode.data, walk.currentNode.parentElement);
    for (const e of document.querySelectorAll('[aria-label], [title], [alt]'))
        for (const name of ['aria-label', 'title', 'alt'])
            see(e.getAttribute(name), e);
    return [...left];
}

export async function inEnglish(page, name, more = []) {
    const left = await page.evaluate(japanese, [...page.data, ...more]);
    check(`${page.story}: ${name} has no Japanese of ours left in English`, left.length === 0, left.slice(0, 5).join(' | '));
    const lang = await page.evaluate(() => document.documentElement.lang);
    check(`${page.story}: and says that it is English`, lang === 'en', lang);
}
