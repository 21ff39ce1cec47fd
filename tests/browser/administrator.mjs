// An administrator invites somebody, who enrols in the browser with the app's secret and signs in; suspends them; lets a message go that was
// refused too often; looks after the keys; and signs out.
import { BASE, becomes, check, end, enter, freshCode, launch, leave, look, OFFICE, PEOPLE, PHONE, pickAgency, sees, sit, signIn, turnTo, until } from './lib.mjs';
import { hands } from './hands.mjs';

const USER = 'atarashii';
const PASSWORD = 'yama no ue no kumo 0077';
const GRANT_HOLD_MS = 30_000; // so long the gateway may go by what it asked about a session

async function invite(page) {
    const hand = hands(page);
    await turnTo(page, '利用者と役割');
    await hand.write(page.getByLabel('利用者名'), USER);
    await pickAgency(page, '機関', '福祉の総合', '福祉の総合相談窓口');
    await hand.press(page.getByRole('button', { name: '招待する' }));
    await sees(page, 'the invitation is there', page.locator('.notice code.secret'));
    await look(page, 'invited');
    return page.locator('.notice code.secret').innerText();
}

async function enrol(page, token) {
    const hand = hands(page);
    await page.goto(`${BASE}c/`);
    await hand.press(page.getByRole('link', { name: /招待/ }));
    await hand.write(page.getByLabel('招待の文字列'), token);
    await hand.write(page.getByLabel(/^パスワード(?!（)/), 'mijikai');
    await sees(page, 'a short password is told at once', page.getByText('15文字以上にしてください'));
    for (const field of await page.locator('input[type=password]').all())
        await hand.write(field, PASSWORD);
    await look(page, 'enrol');
    await hand.press(page.getByRole('button', { name: '次へ' }));
    await page.locator('code.secret').waitFor();
    await sees(page, 'the code for the app is a picture', page.locator('img.qr'));
    await becomes(`${page.story}: which is really drawn`, () => page.locator('img.qr').evaluate((i) => i.complete && i.naturalWidth > 50));
    await look(page, 'secret');
    const totp = (await page.locator('code.secret').innerText()).replace(/\s/g, '');
    PEOPLE[USER] = { user: USER, password: PASSWORD, totp };
    await hand.write(page.getByLabel(/6桁/), await freshCode(PEOPLE[USER]));
    await hand.press(page.getByRole('button', { name: '登録を終える' }));
    await sees(page, 'the enrolment ends well', page.getByText('登録が終わりました'));
    await hand.press(page.getByRole('button', { name: 'サインインへ' }));
}

async function suspend(page) {
    await page.reload();
    await hands(page).press(page.getByRole('button', { name: `${USER} を停止する` }));
    await hands(page).press(page.getByRole('dialog').getByRole('button', { name: '停止する' }));
    await sees(page, 'the newcomer is suspended', page.getByRole('button', { name: `${USER} を再開する` }));
}

async function shutOut(page) {
    await until(page, () => page.getByLabel('確認コード').isVisible(), () => page.reload(), 3 * GRANT_HOLD_MS);
    await sees(page, 'and asked to sign in again', page.getByLabel('パスワード'));
    await becomes('newcomer: nothing of the page is reachable any more', () => page.evaluate(() => document.querySelector('.frame')?.inert !== false));
}

async function queues(page) {
    const hand = hands(page);
    await turnTo(page, '伝達の状態');
    const parked = page.getByRole('article').filter({ hasText: '新しい相談を受け付けたこと' });
    await until(page, () => parked.isVisible(), () => page.reload());
    await sees(page, 'what was refused too often is parked', parked);
    await sees(page, 'with how often it was tried', parked.getByText(/21回/));
    await sees(page, 'and is counted', page.getByRole('row', { name: /相談受付.*つなぎ.*1.*1/ }));
    await look(page, 'queues');
    await hand.press(parked.getByRole('button', { name: '飛ばす' }));
    await hand.write(page.getByLabel(/飛ばす理由/), '中身のない通知のため（架空）');
    await hand.press(page.getByRole('dialog').getByRole('button', { name: '飛ばす' }));
    await parked.waitFor({ state: 'detached' });
    check('administrator: with a reason it is let go', (await parked.count()) === 0);
}

async function keys(page) {
    const hand = hands(page);
    await turnTo(page, '鍵の状態');
    await sees(page, 'the keys are counted', page.getByText('鍵を持つ機関'));
    await sees(page, 'and what is missing is said', page.getByText('市の預託鍵がありません'));
    await pickAgency(page, '機関', '福祉の総合', '福祉の総合相談窓口');
    await hand.press(page.getByRole('button', { name: '更新する' }));
    await hand.press(page.getByRole('dialog').getByRole('button', { name: '更新する' }));
    await sees(page, 'a key is moved on', page.getByText('の鍵を更新しました。'));
    await look(page, 'keys');
}

const browser = await launch();
const admin = await sit(browser, 'administrator');
await signIn(admin, 'administrator');
const token = await invite(admin);
const newcomer = await sit(browser, 'newcomer', PHONE);
await enrol(newcomer, token);
await enter(newcomer, USER);
await sees(newcomer, 'the newcomer is in', newcomer.getByRole('heading', { name: 'わたしの仕事' }));
await suspend(admin);
await queues(admin);
await keys(admin);
await shutOut(newcomer);
await newcomer.setViewportSize(OFFICE);
await leave(newcomer);
await hands(admin).press(admin.getByRole('button', { name: 'サインアウト' }));
await sees(admin, 'signed out', admin.getByLabel('確認コード'));
await admin.reload();
await sees(admin, 'and still so after a reload', admin.getByLabel('確認コード'));
await leave(admin);
await browser.close();
end();
