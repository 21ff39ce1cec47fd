// While a worker writes, what the console stands on is killed without warning: one service, the gateway itself, PostgreSQL. Words are shown
// for as long as it lasts, nothing that was typed is lost, what was sent takes effect once, and the story ends well.
import { readFileSync } from 'node:fs';
import { ask, BASE, check, end, launch, leave, sees, sit, signIn, TOLD } from './lib.mjs';

const PIDS = readFileSync(process.env.KM_PIDS, 'utf8').trim().split('\n').map((line) => line.split(' '));

/** Only what this installation started, and only while it still is what it was. */
function kill(program) {
    let n = 0;
    for (const [name, , pid] of PIDS)
        if (name === program && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program)) {
            process.kill(Number(pid), 'SIGKILL');
            n++;
        }
    check(`${program} was killed`, n > 0, 'no such process');
}

const told = (page) => page.getByLabel('相談の内容').inputValue();

async function fillIn(page, words) {
    await page.getByRole('link', { name: '新しい相談' }).click();
    await page.getByLabel('相談の内容').fill(words);
    await page.getByLabel('ひきこもり').check();
    await page.getByLabel('同意あり').check();
}

async function taken(page, name) {
    await page.getByRole('heading', { name: '相談を受け付けました' }).waitFor({ timeout: 60_000 }).catch(() => undefined);
    await sees(page, name, page.getByRole('heading', { name: '相談を受け付けました' }));
}

const browser = await launch();
const page = await sit(browser, 'faults');
await signIn(page, 'sender');

await fillIn(page, `${TOLD} 一`);
kill('kashimaru-intake');
await page.getByRole('button', { name: '受け付ける' }).click();
await taken(page, 'sent while intake was dead, it is taken on when intake is back');

await fillIn(page, `${TOLD} 二`);
await page.getByText('下書き保存済み').waitFor();
kill('kashimaru-gateway');
await page.getByRole('button', { name: '受け付ける' }).click();
await sees(page, 'while the gateway is away the page says so', page.locator('.notice.is-warn').filter({ hasText: 'サーバーにつながりません' }));
check('faults: and what was typed stands there', (await told(page)) === `${TOLD} 二`, await told(page));
await taken(page, 'when the gateway is back it goes on by itself');
await page.locator('.notice.is-warn').waitFor({ state: 'detached' });
check('faults: and the page is quiet again', (await page.locator('.notice.is-warn, .notice.is-bad').count()) === 0);

await fillIn(page, `${TOLD} 三`);
await page.getByText('下書き保存済み').waitFor();
kill('postgres');
await page.getByLabel('相談の内容').fill(`${TOLD} 三と四`);
const waiting = page.locator('main .notice, main .kept').filter({ hasText: /試しています|待っています|保存中|やり直して/ });
await sees(page, 'without PostgreSQL the page says what waits', waiting);
await page.getByText('下書き保存済み').waitFor({ timeout: 60_000 });
await page.reload();
await page.getByText('下書き保存済み').waitFor();
check('faults: what was typed meanwhile is on the server', (await told(page)) === `${TOLD} 三と四`, await told(page));
await page.getByRole('button', { name: '受け付ける' }).click();
await taken(page, 'and is taken on');

const { cases } = await ask(page, 'GET', '/cases?limit=50');
check('faults: each was taken on once', cases.length === 3, `${cases.length} cases`);
await page.goto(`${BASE}c/new`);
await page.getByText('入力は自動で保存されます').waitFor();
check('faults: no draft is left', (await told(page)) === '', await told(page));
await leave(page);
await browser.close();
end();
