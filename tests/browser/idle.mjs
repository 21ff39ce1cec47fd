// One person, two tabs: work in one keeps the other awake, an answer to the warning counts in both, both lock when nobody is there, and one
// signing in opens both, with what was being typed in each; signing out by hand in one covers the other at once.
import { BASE, becomes, check, end, enter, launch, leave, look, openCase, runTo, sees, signIn, sit, unlock, until } from './lib.mjs';

const MINUTE = 60_000;
const TOLD = '書きかけの相談（架空）';
const NOTED = '書きかけの経過記録（架空）';

const warning = (page) => page.getByRole('heading', { name: 'まもなく画面をロックします' });
const note = (page) => page.getByRole('tabpanel').locator('textarea').first();
const lock = (page) => page.getByRole('heading', { name: '画面をロックしました' });

const browser = await launch();
const page = await sit(browser, 'idle');
await signIn(page, 'sender');
const id = await openCase(page);
const { clock } = page.context();
await clock.install();
await page.goto(`${BASE}c/new`);
const other = await page.context().newPage();
other.story = 'other tab';
await other.goto(`${BASE}c/case/${id}`);
await until(other, () => other.getByRole('tab', { name: '経過記録' }).isVisible(), () => other.reload());
await other.getByRole('tab', { name: '経過記録' }).click();
await note(other).fill(NOTED);
await page.bringToFront();
await page.getByLabel('相談の内容').fill(TOLD);

async function both(name, test) {
    for (const tab of [page, other])
        await becomes(`${tab.story}: ${name}`, () => test(tab));
}

/** Whatever one tab wrote down for both is known in the other, which hears of it a moment later. */
async function isTold() {
    const [here, there] = await Promise.all([page, other].map((tab) => tab.evaluate(() => JSON.stringify(Object.entries(localStorage).sort()))));
    return here === there;
}

const told = () => becomes('both tabs know the same', isTold);

const open = async (tab) => !(await lock(tab).isVisible()) && !(await warning(tab).isVisible());

await clock.runFor(10 * MINUTE);
await page.mouse.move(300, 300);
await page.keyboard.press('Shift');
await told();
await clock.runFor(10 * MINUTE);
await both('work in one tab keeps both awake', open);
await runTo(page, clock, 57);
await sees(page, 'it says that it will lock', warning(page));
await sees(other, 'and so does the other', warning(other));
await look(page, 'warning');
await page.getByRole('button', { name: '続ける' }).click();
await told();
await clock.runFor(2_000);
await both('who stays in one stays in both', open);
await clock.runFor(16 * MINUTE);
await sees(page, 'nobody there: it is locked', lock(page));
await sees(other, 'and so is the other', lock(other));
await clock.resume();
for (const tab of [page, other]) // at once, as the lock is there
    check(`${tab.story}: nothing behind the lock can be reached`, await tab.locator('.frame').evaluate((f) => f.inert));
await look(page, 'locked');
await unlock(page, 'sender');
await both('signed in once, both go on', open);
await becomes('idle: what was typed is still there', () => page.getByLabel('相談の内容').inputValue(), (is) => is === TOLD);
await becomes('other tab: and what was typed there', () => note(other).inputValue(), (is) => is === NOTED);
await other.bringToFront();
await other.getByRole('button', { name: '記録する' }).click();
await sees(other, 'and can be sent with the new session', other.locator('.telling').getByText(NOTED));
await page.bringToFront();
await page.getByRole('button', { name: 'サインアウト' }).click();
await sees(page, 'signed out by hand', page.getByLabel('確認コード'));
await sees(other, 'the other tab is covered at once', lock(other));
await enter(page, 'sender');
await becomes('other tab: and opens again with the same person', () => open(other));
await leave(page);
await browser.close();
end();
