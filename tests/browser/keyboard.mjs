// The worker's story by keyboard alone: sign in, take a call on, find who can carry it, send it. Whatever has the focus shows it.
import { BASE, check, code, end, launch, leave, PEOPLE, sees, sit, TOLD } from './lib.mjs';

const STOPS_MOST = 200;

/** Names as a screen reader would say them, near enough: the label, the legend's choice, or the text. */
const focused = (page) => page.evaluate(() => {
    const e = document.activeElement;
    const label = e.labels?.[0]?.innerText ?? e.getAttribute('aria-label') ?? e.innerText ?? '';
    const style = getComputedStyle(e);
    return { name: label.replace(/\s+/g, ' ').trim(), tag: e.tagName, type: e.type ?? '', isShown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
});

const hidden = new Set();

/** Tab until that is reached; radio groups are one stop, whose choices arrows change. */
async function reach(page, name) {
    for (let i = 0; i < STOPS_MOST; i++) {
        await page.keyboard.press('Tab');
        const at = await focused(page);
        if (!at.isShown && at.tag !== 'BODY' && at.tag !== 'MAIN')
            hidden.add(`${at.tag} ${at.name}`);
        if (name.test(at.name))
            return;
    }
    throw new Error(`never reached: ${name}`);
}

async function press(page, name, key = 'Enter') {
    await reach(page, name);
    await page.keyboard.press(key);
}

async function write(page, name, text) {
    await reach(page, name);
    await page.keyboard.insertText(text);
}

/** From a radio that has the focus to the one of that name. */
async function arrow(page, name) {
    for (let i = 0; i < 10 && !name.test((await focused(page)).name); i++)
        await page.keyboard.press('ArrowDown');
    check(`keyboard: arrows reach ${name.source}`, name.test((await focused(page)).name), (await focused(page)).name);
}

const browser = await launch();
const page = await sit(browser, 'keyboard');
const { sender } = PEOPLE;
await page.goto(`${BASE}c/`);
await write(page, /^利用者名/, sender.user);
await write(page, /^パスワード/, sender.password);
await write(page, /^確認コード/, code(sender.totp));
await page.keyboard.press('Enter');
await page.getByRole('navigation', { name: '主なページ' }).waitFor();
check('keyboard: signed in', true);
await page.evaluate(() => document.activeElement.blur());
await page.keyboard.press('Tab');
check('keyboard: the first stop leads past the menu', (await focused(page)).name === '本文へ移動', (await focused(page)).name);
await press(page, /^新しい相談$/);
await page.getByRole('heading', { name: '新しい相談' }).waitFor();
await page.getByText('入力は自動で保存されます').waitFor();
await write(page, /^相談の内容/, TOLD);
await press(page, /^経済的困窮$/, 'Space');
await press(page, /^ひきこもり$/, 'Space');
await reach(page, /^通常/);
await reach(page, /^地域/);
await page.keyboard.press('ArrowDown');
await write(page, /^氏名/, '架空 花子');
await reach(page, /^(未確認|同意)/);
await arrow(page, /^同意あり$/);
await press(page, /^受け付ける$/);
await sees(page, 'the consultation is taken on', page.getByRole('heading', { name: '相談を受け付けました' }));
await press(page, /^つなぎ先をさがす$/);
await page.getByRole('button', { name: /を ?選ぶ$/ }).first().waitFor();
await press(page, /を ?選ぶ$/);
await sees(page, 'the first candidate is chosen', page.getByRole('button', { name: /を ?選択中$/ }));
await press(page, /^氏名・ふりがな・生年月日$/, 'Space');
await press(page, /^相談内容$/, 'Space');
await press(page, /^送る$/);
await sees(page, 'the referral is sent', page.getByRole('heading', { name: '送りました' }));
await press(page, /^つなぎを見る$/);
await sees(page, 'and can be looked at', page.getByText('打診中'));
check('keyboard: whatever has the focus shows it', hidden.size === 0, [...hidden].join(' | ').slice(0, 400));
await leave(page);
await browser.close();
end();
