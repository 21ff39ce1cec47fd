// An administrator invites somebody, who enrols in the browser with the app's secret and signs in; later the administrator suspends them.
import { BASE, check, code, end, launch, leave, look, OFFICE, PEOPLE, PHONE, pickAgency, sees, sit, signIn, until } from './lib.mjs';

const USER = 'atarashii';
const PASSWORD = 'yama no ue no kumo 0077';

async function invite(page) {
    await page.getByRole('link', { name: '利用者と役割' }).click();
    await page.getByLabel('利用者名').fill(USER);
    await pickAgency(page, '機関', '福祉の総合', '福祉の総合相談窓口');
    await page.getByRole('button', { name: '招待する' }).click();
    await sees(page, 'the invitation is there', page.locator('.notice code.secret'));
    await look(page, 'invited');
    return page.locator('.notice code.secret').innerText();
}

async function enrol(page, token) {
    await page.goto(`${BASE}c/`);
    await page.getByRole('link', { name: /招待/ }).click();
    await page.getByLabel('招待の文字列').fill(token);
    await page.getByLabel(/^パスワード(?!（)/).fill('mijikai');
    await sees(page, 'a short password is told at once', page.getByText('15文字以上にしてください'));
    for (const field of await page.locator('input[type=password]').all())
        await field.fill(PASSWORD);
    await look(page, 'enrol');
    await page.getByRole('button', { name: '次へ' }).click();
    await page.locator('code.secret').waitFor();
    await sees(page, 'the code for the app is a picture', page.locator('img.qr'));
    check(`${page.story}: which is really drawn`, await page.locator('img.qr').evaluate((i) => i.complete && i.naturalWidth > 50), 'not drawn');
    await look(page, 'secret');
    const totp = (await page.locator('code.secret').innerText()).replace(/\s/g, '');
    await page.getByLabel(/6桁/).fill(code(totp));
    await page.getByRole('button', { name: '登録を終える' }).click();
    await sees(page, 'the enrolment ends well', page.getByText('登録が終わりました'));
    await page.getByRole('button', { name: 'サインインへ' }).click();
    PEOPLE[USER] = { user: USER, password: PASSWORD, totp, step: Math.floor(Date.now() / 30_000) };
}

const browser = await launch();
const admin = await sit(browser, 'administrator');
await signIn(admin, 'administrator');
const token = await invite(admin);
const newcomer = await sit(browser, 'newcomer', PHONE);
await enrol(newcomer, token);
await signIn(newcomer, USER);
await sees(newcomer, 'the newcomer is in', newcomer.getByRole('heading', { name: 'わたしの仕事' }));
await admin.reload();
await admin.getByRole('button', { name: `${USER} を停止する` }).click();
await sees(admin, 'the newcomer is suspended', admin.getByRole('button', { name: `${USER} を再開する` }));
await until(newcomer, () => newcomer.getByLabel('確認コード').isVisible(), () => newcomer.reload());
await sees(newcomer, 'and asked to sign in again', newcomer.getByLabel('パスワード'));
const isOpen = await newcomer.evaluate(() => document.querySelector('.frame')?.inert === false);
check('newcomer: nothing of the page is reachable any more', !isOpen, 'the page is open');
await newcomer.setViewportSize(OFFICE);
await leave(newcomer);
await admin.getByRole('button', { name: 'サインアウト' }).click();
await sees(admin, 'signed out', admin.getByLabel('確認コード'));
await admin.reload();
await sees(admin, 'and still so after a reload', admin.getByLabel('確認コード'));
await leave(admin);
await browser.close();
end();
