// From sign-in to a meeting, each step without the service it needs: account hangs and dies, referral, keys and meeting die. Whoever sits there
// is told in words, finds what they typed, does nothing more, and every step has taken effect once.
import { ask, BASE, becomes, check, code, end, freshCode, launch, leave, openCase, PEOPLE, sees, sit, signIn, stands, until } from './lib.mjs';
import { cells, turnToWeek } from './lib_week.mjs';
import { AGAIN, away, comes, isQuiet, says, still, survives } from './lib_faults.mjs';

const STEP_MS = 30_000;
const inside = (page) => page.getByRole('navigation', { name: '主なページ' });

async function fillIn(page, person) {
    await page.goto(`${BASE}c/`);
    await page.getByLabel('利用者名').fill(person.user);
    await page.getByLabel('パスワード').fill(person.password);
    await page.getByLabel('確認コード').fill(await freshCode(person));
}

const enter = (page) => page.getByRole('button', { name: 'サインイン' }).click();
const written = async (page) => `${await page.getByLabel('利用者名').inputValue()} ${await page.getByLabel('パスワード').inputValue()}`;

async function signsIn(page, person) {
    await fillIn(page, person);
    await survives(page, 'signing in without account', ['kashimaru-account'], {
        press: () => enter(page), typed: () => written(page), done: inside(page), words: AGAIN,
    });
}

/** A service that hangs is not one that died. It may do what it was asked when nobody waits for the answer any more, and a code works once. */
async function waits(page, person) {
    await fillIn(page, person);
    const before = await written(page);
    const back = still('kashimaru-account');
    await enter(page);
    await says(page, 'account hangs', AGAIN);
    check(`${page.story}: name and password stand there`, (await written(page)) === before);
    back();
    const used = page.getByText('この確認コードはもう使えないかもしれません');
    await comes(page, 'it goes on, or says what to do', inside(page).or(used));
    if (await used.isVisible()) {
        check(`${page.story}: name and password still stand there`, (await written(page)) === before);
        await page.getByLabel('確認コード').fill(code(person.totp, Date.now() + STEP_MS));
        await enter(page);
    }
    await comes(page, 'it goes on', inside(page));
    await isQuiet(page, 'inside');
}

async function refers(page, case_id) {
    await page.goto(`${BASE}c/case/${case_id}/refer`);
    const chosen = page.getByRole('button', { name: /^地域生活支援センター/ });
    await stands(page, chosen);
    await chosen.first().click();
    await page.getByLabel('相談内容', { exact: true }).check();
    await survives(page, 'sending without referral', ['kashimaru-referral'], {
        press: () => page.getByRole('button', { name: '送る' }).click(),
        typed: async () => `${await page.getByRole('button', { name: '地域生活支援センターを選択中' }).count()} ${await page.getByLabel('相談内容', { exact: true }).isChecked()}`,
        done: page.getByRole('heading', { name: '送りました' }),
    });
    const { referrals } = await ask(page, 'GET', `/referrals?box=case&case_id=${case_id}`);
    check('faults: it was sent once', referrals.length === 1, `${referrals.length} referrals`);
    return referrals[0].ref_id;
}

async function accepts(page, ref_id, case_id) {
    await page.goto(`${BASE}c/referral/${ref_id}`);
    await page.getByRole('button', { name: '受入' }).click();
    await survives(page, 'accepting without referral', ['kashimaru-referral'], {
        press: () => page.getByRole('button', { name: '確定する' }).click(), done: page.locator('main .badge').getByText('受入', { exact: true }), words: AGAIN,
    });
    const version = async () => (await ask(page, 'GET', `/cases/${case_id}/custody`)).version; // how often it moved, plus one
    await becomes('faults: the lead has moved once', version, (v) => v === 2);
    await survives(page, 'reading the case without the keys and intake', ['kashimaru-keys', 'kashimaru-intake'], {
        press: () => page.getByRole('link', { name: /ケースを開く/ }).click(), done: page.getByText('年金だけで暮らしている'),
    });
}

async function answers(page, meeting_id) {
    await page.goto(`${BASE}c/meeting/${meeting_id}`);
    await page.getByRole('heading', { name: '出席できる日時を答える' }).waitFor();
    await turnToWeek(page);
    for (const at of cells([2, 3, 4]))
        await page.locator(`.week [data-at="${at}"]`).click();
    const back = away('kashimaru-meeting');
    await page.getByRole('button', { name: 'この日時で答える' }).click();
    await says(page, 'answering without meeting');
    await sees(page, 'what is marked stands there', page.getByText('印：90分'));
    back();
    await comes(page, 'the answer is kept by itself', page.getByRole('row', { name: /福祉の総合相談窓口/ }).locator('time'));
    await isQuiet(page, 'answered');
}

async function fixes(page, meeting_id) {
    const { invitees } = await ask(page, 'GET', `/meetings/${meeting_id}`);
    const { windows } = invitees.find((i) => i.agency === 'A056');
    await ask(page, 'POST', `/meetings/${meeting_id}/availability`, { windows });
    await page.goto(`${BASE}c/meeting/${meeting_id}`);
    await page.getByRole('button', { name: 'この日時に決める' }).first().click();
    await page.getByLabel('場所').fill('本庁舎 3階（架空）');
    await page.getByText('下書き保存済み').waitFor();
    await survives(page, 'fixing without meeting and keys', ['kashimaru-meeting', 'kashimaru-keys'], {
        press: () => page.getByRole('button', { name: '確定する' }).click(),
        typed: () => page.getByLabel('場所').inputValue(),
        done: page.locator('dd').getByText('本庁舎 3階（架空）'),
        words: AGAIN,
    });
}

const browser = await launch();
const sender = await sit(browser, 'sender');
await signsIn(sender, PEOPLE.sender);
const case_id = await openCase(sender);
const ref_id = await refers(sender, case_id);
const receiver = await sit(browser, 'receiver');
await waits(receiver, PEOPLE.receiver);
await accepts(receiver, ref_id, case_id);
await leave(receiver);
const other = await openCase(sender);
const { id: meeting_id } = await ask(sender, 'POST', `/cases/${other}/meetings`, {});
await until(sender, async () => (await ask(sender, 'GET', `/meetings/${meeting_id}`)).invitees.length > 0);
await answers(sender, meeting_id);
await leave(sender);
const coordinator = await sit(browser, 'coordinator');
await signIn(coordinator, 'coordinator');
await fixes(coordinator, meeting_id);
await leave(coordinator);
await browser.close();
end();
