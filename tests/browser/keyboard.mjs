// What the keyboard itself is owed: a way past the menu, a question over the page that keeps the focus inside and gives it back, Escape that
// leaves things undone, and groups that are one stop of Tab, through which arrows lead.
import { ask, BASE, becomes, check, end, launch, leave, openCase, runTo, sees, sit, signIn, until } from './lib.mjs';
import { hands } from './hands.mjs';

const focused = (page) => page.evaluate(() => document.activeElement.innerText.slice(0, 60) || document.activeElement.tagName);
const isWithin = (page, selector) => page.evaluate((s) => !!document.activeElement.closest(s), selector);

async function pastTheMenu(page) {
    const hand = hands(page);
    await page.reload();
    await page.getByRole('heading', { name: 'わたしの仕事' }).waitFor();
    await hand.press(page.getByRole('link', { name: '本文へ移動' }));
    await becomes('keyboard: the first stop leads to the contents', () => isWithin(page, 'main'));
    await hand.press(page.getByRole('link', { name: '新しい相談' }));
    await page.getByRole('heading', { name: '新しい相談' }).waitFor();
    await becomes('keyboard: another page has the focus at its contents', () => page.evaluate(() => document.activeElement.id), (id) => id === 'main');
}

async function question(page, meeting_id) {
    const hand = hands(page);
    await page.goto(`${BASE}c/meeting/${meeting_id}`);
    const opener = page.getByRole('button', { name: '取りやめる', exact: true });
    const dialog = page.getByRole('dialog');
    await until(page, () => opener.isVisible(), () => page.reload());
    await hand.press(opener);
    await dialog.waitFor();
    const stops = new Set();
    for (let i = 0; i < 12; i++) {
        await hand.key(i % 4 === 3 ? 'Shift+Tab' : 'Tab');
        stops.add(await page.evaluate(() => {
            const at = document.activeElement; // between the last and the first it is the browser's own
            return at === document.body || at.closest('dialog') ? 'inside' : at.outerHTML.slice(0, 80);
        }));
    }
    check('keyboard: a question keeps the focus inside', stops.size === 1 && stops.has('inside'), [...stops].join(' | '));
    await hand.key('Escape');
    await dialog.waitFor({ state: 'detached' });
    await becomes('keyboard: Escape leaves it undone and gives the focus back', () => focused(page), (is) => is === '取りやめる');
    await hand.press(opener);
    await hand.press(dialog.getByRole('button', { name: 'やめる', exact: true }));
    await dialog.waitFor({ state: 'detached' });
    await becomes('keyboard: and so does its way out', () => focused(page), (is) => is === '取りやめる');
    await sees(page, 'nothing was called off', page.getByRole('heading', { name: '出席できる日時を答える' }));
}

async function week(page) {
    const hand = hands(page);
    const grid = page.locator('form .week');
    const at = () => page.evaluate(() => document.activeElement.dataset.at ?? document.activeElement.tagName);
    await hand.mark(grid, ['1-2', '3-4']);
    await hand.key('ArrowRight');
    await hand.key('ArrowUp');
    check('keyboard: arrows lead through the week', (await at()) === '4-3', await at());
    await hand.key('ArrowRight');
    check('keyboard: and round at its end', (await at()) === '0-3', await at());
    await hand.key('Tab');
    check('keyboard: the week is one stop', (await at()) === 'BUTTON' && !(await isWithin(page, '.week')), await at());
    await hand.key('Shift+Tab');
    check('keyboard: and comes back to where one was', (await at()) === '0-3', await at());
    await hand.mark(grid, ['1-2', '3-4']);
    await sees(page, 'what was marked is unmarked again', page.getByText('印：0分'));
}

async function tabs(page, case_id) {
    const hand = hands(page);
    await page.goto(`${BASE}c/case/${case_id}`);
    await hand.press(page.getByRole('tab', { name: '経過記録' }));
    const chosen = () => page.getByRole('tab', { selected: true }).innerText();
    await hand.key('Home');
    const first = await chosen();
    await hand.key('ArrowLeft');
    const last = await chosen();
    await hand.key('ArrowRight');
    check('keyboard: arrows lead round the parts of a case', first === (await chosen()) && first !== last, `${first} ${last}`);
    check('keyboard: and the focus with them', (await focused(page)) === first, await focused(page));
    await hand.key('Tab');
    check('keyboard: from where Tab leads into the part', await isWithin(page, '[role=tabpanel]'), await focused(page));
}

async function combobox(page, case_id) {
    const hand = hands(page);
    await page.goto(`${BASE}c/case/${case_id}/meeting`);
    const field = page.getByRole('combobox');
    const value = () => field.inputValue();
    await hand.write(field, '福祉');
    await page.getByRole('option').first().waitFor();
    await hand.key('Escape');
    await becomes('keyboard: Escape shuts the list', async () => !(await page.getByRole('option').first().isVisible()) && (await value()) === '福祉');
    await hand.key('Escape');
    await becomes('keyboard: and then clears what was typed', value, (is) => is === '');
    await hand.pick(field, '障害福祉課', '障害福祉課');
    await hand.press(page.getByRole('button', { name: /障害福祉課 を外す/ }));
    await page.getByRole('list', { name: '選んだ機関' }).waitFor({ state: 'detached' });
    await becomes('keyboard: who is taken out again leaves the focus to the next', () => isWithin(page, '[role=combobox]'));
}

async function idle(page) {
    const hand = hands(page);
    await page.clock.install();
    await page.goto(`${BASE}c/new`);
    await hand.write(page.getByLabel('相談の内容'), '書きかけ（架空）');
    await page.getByText('下書き保存済み').waitFor();
    await runTo(page, page.clock, 50);
    const dialog = page.getByRole('dialog', { name: 'まもなく画面をロックします' });
    await dialog.waitFor();
    await page.clock.resume();
    await hand.key('Escape');
    await dialog.waitFor({ state: 'detached' });
    await becomes('keyboard: any key keeps the screen open, and the focus is where it was', () => isWithin(page, 'textarea'));
}

const browser = await launch();
const page = await sit(browser, 'keyboard');
await signIn(page, 'sender');
const case_id = await openCase(page);
const { id } = await ask(page, 'POST', `/cases/${case_id}/meetings`, {});
await pastTheMenu(page);
await question(page, id);
await week(page);
await tabs(page, case_id);
await combobox(page, case_id);
await idle(page);
await leave(page);
await browser.close();
end();
