// Two agencies decline; the coordinator sees it on the board, where the meeting already stands; an agency says when it can come, and the
// coordinator fixes the time.
import { BASE, end, launch, leave, look, offer, openCase, sees, sit, signIn, until } from './lib.mjs';

async function decline(page, ref_id) {
    await page.goto(`${BASE}c/referral/${ref_id}`);
    await page.getByRole('button', { name: '辞退' }).click();
    await page.getByLabel('理由').selectOption({ index: 1 });
    await page.getByRole('button', { name: '確定する' }).click();
    await sees(page, 'the referral is declined', page.locator('main .badge').filter({ hasText: '辞退' }));
}

/** Tuesday and Wednesday of the week shown, 10 to 12, with the keyboard: that is how the grid is meant to be filled quickly. */
async function answer(page, agency) {
    await page.getByRole('heading', { name: '出席できる日時を答える' }).waitFor();
    await page.locator('.week [data-at="1-2"]').focus();
    for (let i = 0; i < 4; i++) {
        await page.keyboard.press('Space');
        await page.keyboard.press('ArrowDown');
    }
    await page.locator('.week [data-at="2-2"]').click();
    await page.locator('.week [data-at="2-3"]').click();
    await sees(page, 'what is marked is counted', page.getByText('180分'));
    await page.getByRole('button', { name: 'この日時で答える' }).click();
    await sees(page, 'the answer is kept', page.getByRole('row', { name: agency }).locator('time'));
}

async function open(page, name) {
    await page.goto(`${BASE}c/meetings`);
    const link = page.getByRole('table', { name: '会議の一覧' }).getByRole('link').first();
    await until(page, () => link.isVisible(), () => page.reload());
    await link.click();
    await sees(page, `the meeting opens for ${name}`, page.getByRole('heading', { name: '招集する機関' }));
}

const browser = await launch();
const sender = await sit(browser, 'sender');
await signIn(sender, 'sender');
const case_id = await openCase(sender);
for (const [who, agency] of [['receiver', 'A062'], ['second', 'A077']]) {
    const { ref_id } = await offer(sender, case_id, agency, 'added_support');
    const page = await sit(browser, who);
    await signIn(page, who);
    await decline(page, ref_id);
    if (who === 'second') {
        await open(page, 'a declining agency');
        await look(page, 'meeting');
        await answer(page, /ワークス/);
    }
    await leave(page);
}
await open(sender, 'the lead');
await answer(sender, /福祉の総合相談窓口/);
await leave(sender);

const page = await sit(browser, 'coordinator');
await signIn(page, 'coordinator');
await page.getByRole('link', { name: '調整ボード' }).click();
await sees(page, 'what came back is on the board', page.getByRole('table', { name: '差し戻し' }).getByText(/ワークス/));
await sees(page, 'and so is the meeting', page.getByRole('table', { name: '日程を調整する会議' }).getByRole('link'));
await look(page, 'board');
await page.getByRole('table', { name: '日程を調整する会議' }).getByRole('link').first().click();
await answer(page, /福祉政策課/);
await sees(page, 'a time is proposed with its reason', page.locator('.candidate').getByText(/機関中.*出られます/));
await look(page, 'times');
await page.getByRole('button', { name: 'この日時に決める' }).first().click();
await page.getByLabel('会議の根拠').selectOption('consent');
await page.getByLabel('場所').fill('本庁舎 3階 相談室（架空）');
await page.getByLabel('議題').fill('だれが何をするかを決める');
await page.getByRole('button', { name: '確定する' }).click();
await sees(page, 'the meeting is fixed', page.getByText('本庁舎 3階 相談室（架空）'));
await look(page, 'fixed');
await leave(page);
await browser.close();
end();
