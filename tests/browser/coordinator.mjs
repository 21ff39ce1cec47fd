// An agency declines; the coordinator sees it on the board, calls a meeting, and those who are invited say when they can come; the coordinator
// fixes the time in the week grid, where it is said why it is good.
import { becomes, end, launch, leave, look, offer, openCase, pickAgency, sees, sit, signIn, turnTo, until } from './lib.mjs';
import { hands } from './hands.mjs';
import { cells, turnToWeek } from './lib_week.mjs';

const PLACE = '本庁舎 3階 相談室（架空）';

async function decline(page) {
    const hand = hands(page);
    await hand.press(page.getByRole('link', { name: /支援の追加|引継ぎ/ }).first());
    await hand.press(page.getByRole('button', { name: '辞退' }));
    await hand.choose(page.getByLabel('理由'), { index: 1 });
    await hand.press(page.getByRole('button', { name: '確定する' }));
    await sees(page, 'the referral is declined', page.locator('main .badge').filter({ hasText: '辞退' }));
}

async function call(page) {
    const hand = hands(page);
    await turnTo(page, '調整ボード');
    const back = page.getByRole('table', { name: '差し戻し' }).getByRole('row', { name: /地域生活支援センター/ });
    await sees(page, 'what came back is on the board', back);
    await look(page, 'board');
    await hand.press(back.getByRole('link', { name: 'つなぎ直す' }));
    await hand.press(page.getByRole('link', { name: '小会議を求める' }));
    await pickAgency(page, /ほかに招集する機関/, 'ワークス', /ワークス/);
    await look(page, 'call');
    await hand.press(page.getByRole('button', { name: '小会議を求める' }));
    await sees(page, 'the meeting is called', page.getByRole('heading', { name: '小会議を求めました' }));
}

/** From 10 to 12 on a day of next week, and from 10 to 11 on another. */
async function answer(page, agency) {
    const hand = hands(page);
    await page.getByRole('heading', { name: '出席できる日時を答える' }).waitFor();
    await turnToWeek(page);
    await hand.mark(page.locator('form .week'), [...cells([2, 3, 4, 5]), ...cells([2, 3], 1)]);
    await sees(page, 'what is marked is counted', page.getByText('180分'));
    await hand.press(page.getByRole('button', { name: 'この日時で答える' }));
    await sees(page, 'the answer is kept', page.getByRole('row', { name: agency }).locator('time'));
}

async function invited(page, agency) {
    const hand = hands(page);
    await turnTo(page, 'かしまる会議');
    const link = page.getByRole('table', { name: '会議の一覧' }).getByRole('link').first();
    await until(page, () => link.isVisible(), () => page.reload());
    await hand.press(link);
    await sees(page, 'the meeting opens', page.getByRole('heading', { name: '招集する機関' }));
    await look(page, 'meeting');
    await answer(page, agency);
}

async function fix(page) {
    const hand = hands(page);
    const week = page.locator('section', { has: page.getByRole('heading', { name: '日程の候補' }) }).locator('.week');
    await sees(page, 'times are proposed with their reasons', page.locator('.candidate').getByText(/機関中.*出られます/));
    await look(page, 'times');
    const [first] = cells([2]);
    const why = () => week.locator(`[data-at="${first}"]`).getAttribute('aria-label');
    await becomes('coordinator: the week says who can come', why, (words) => /3\/3機関が出席可/.test(words));
    await hand.mark(week, [first]);
    await sees(page, 'and the reason stands where it is fixed', page.locator('section.group').getByText(/機関中.*出られます/));
    await hand.choose(page.getByLabel('会議の根拠'), 'consent');
    await hand.write(page.getByLabel('場所'), PLACE);
    await hand.write(page.getByLabel('議題'), 'だれが何をするかを決める');
    await hand.press(page.getByRole('button', { name: '確定する' }));
    await sees(page, 'the meeting is fixed', page.getByText(PLACE));
    await look(page, 'fixed');
}

const browser = await launch();
const lead = await sit(browser, 'lead');
await signIn(lead, 'sender');
const case_id = await openCase(lead);
await offer(lead, case_id, 'A062', 'added_support');
const receiver = await sit(browser, 'receiver');
await signIn(receiver, 'receiver');
await decline(receiver);
await leave(receiver);
const page = await sit(browser, 'coordinator');
await signIn(page, 'coordinator');
await call(page);
for (const [sitting, who, agency] of [[lead, '', /福祉の総合相談窓口/], [await sit(browser, 'second'), 'second', /ワークス/]]) {
    if (who)
        await signIn(sitting, who);
    await invited(sitting, agency);
    await leave(sitting);
}
await hands(page).press(page.getByRole('link', { name: '会議を見る' }));
await answer(page, /福祉政策課/);
await fix(page);
await leave(page);
await browser.close();
end();
