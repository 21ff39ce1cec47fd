// Every page that each role has: it opens, shows what it is for, fits a telephone and an office screen, and axe finds nothing.
import { BASE, check, end, fits, launch, leave, look, PHONE, sit, signIn } from './lib.mjs';

const PAGES = {
    sender: ['work', 'new', 'meetings', 'recalls', 'agencies'],
    coordinator: ['work', 'board', 'flows', 'duplicates', 'notices', 'queues', 'meetings'],
    auditor: ['audit', 'reports', 'notices', 'keys', 'hosts', 'proof'],
    administrator: ['users', 'directory', 'keys', 'hosts', 'queues', 'agencies/A056', 'settings'],
};

const STANDING = /預託鍵がありません/; // true of a fresh installation, and the page must say so

async function opens(page, path) {
    await page.goto(`${BASE}c/${path}`);
    const title = await page.locator('main h1').first().textContent().catch(() => '');
    check(`${page.story}: ${path} opens`, title !== '', 'no heading');
    await look(page, path.replaceAll('/', '-'));
    await fits(page, path, PHONE.width);
    const faults = (await page.locator('.notice.is-bad').allTextContents()).filter((words) => !STANDING.test(words));
    check(`${page.story}: ${path} has no error`, faults.length === 0, faults.join(' | '));
}

/** Whatever a menu offers is looked at by somebody: no page goes unseen. */
const seen = new Set(Object.values(PAGES).flat().map((p) => `/c/${p.split('/')[0]}`));

async function offersOnlySeen(page) {
    const offered = await page.getByRole('navigation', { name: '主なページ' }).getByRole('link').evaluateAll((all) => all.map((a) => new URL(a.href).pathname));
    const unseen = offered.filter((p) => !seen.has(p));
    check(`${page.story}: every page of the menu is looked at`, offered.length > 0 && unseen.length === 0, unseen.join());
}

const browser = await launch();
for (const [who, paths] of Object.entries(PAGES)) {
    const page = await sit(browser, who);
    await signIn(page, who);
    await offersOnlySeen(page);
    for (const path of paths)
        await opens(page, path);
    await leave(page);
}
await browser.close();
end();
