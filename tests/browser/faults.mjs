// While a worker takes a telephone call on, what the console stands on is killed without warning: intake, the keys, the relay, the gateway,
// PostgreSQL. Words are shown for as long as it lasts, nothing that was typed is lost, what was sent takes effect once, and it ends well.
import { ask, BASE, becomes, check, end, launch, leave, sees, sit, signIn, TOLD } from './lib.mjs';
import { AGAIN, away, comes, isQuiet, menu, says, survives } from './lib_faults.mjs';

const told = (page) => page.getByLabel('相談の内容').inputValue();
const taken = (page) => page.getByRole('heading', { name: '相談を受け付けました' });
const take = (page) => page.getByRole('button', { name: '受け付ける' }).click();

async function fillIn(page, words) {
    await menu(page, '新しい相談');
    await page.getByLabel('相談の内容').fill(words);
    await page.getByLabel('ひきこもり').check();
    await page.getByLabel('同意あり').check();
}

/** Sent while they are away. */
async function sends(page, words, programs, said) {
    await fillIn(page, `${TOLD} ${words}`);
    await survives(page, `without ${programs}`, programs, { press: () => take(page), typed: () => told(page), done: taken(page), words: said });
}

/** Typed while it is away; the page is opened anew afterwards. */
async function keeps(page) {
    await fillIn(page, `${TOLD} 四`);
    await page.getByText('下書き保存済み').waitFor();
    const back = away('postgres');
    await page.getByLabel('相談の内容').fill(`${TOLD} 四と五`);
    await says(page, 'typed without PostgreSQL');
    await sees(page, 'and that it is not kept yet', page.getByText('保存を待っています'));
    const asked = page.waitForEvent('dialog').then(async (d) => {
        await d.dismiss();
        return d.type();
    });
    await page.evaluate(() => setTimeout(() => location.reload(), 0));
    check('faults: whoever leaves the page now is asked first', (await asked) === 'beforeunload');
    back();
    await comes(page, 'it is kept by itself', page.getByText('下書き保存済み'));
    await isQuiet(page, 'kept');
    await page.reload();
    await page.getByText('下書き保存済み').waitFor();
    await becomes('faults: what was typed meanwhile is on the server', () => told(page), (is) => is === `${TOLD} 四と五`);
    await take(page);
    await comes(page, 'and is taken on', taken(page));
}

/** A page that was never opened before, while nobody can bring it; and the form that was left goes on being kept. */
async function opens(page) {
    await fillIn(page, '途中の相談（架空）');
    const back = away('kashimaru-gateway');
    await page.getByLabel('相談の内容').fill('途中で離れた相談（架空）');
    await menu(page, '機関をさがす');
    await sees(page, 'the page that is opened says why it is not there', page.getByText('つながり次第、自動で表示します'));
    await menu(page, '新しい相談');
    await becomes('faults: what was typed before stands there', () => told(page), (is) => is === '途中で離れた相談（架空）');
    await menu(page, '機関をさがす');
    back();
    await comes(page, 'and opens by itself', page.locator('main').getByRole('heading', { name: '機関をさがす' }));
    await isQuiet(page, 'opened');
    await page.goto(`${BASE}c/new`);
    await page.getByText('下書き保存済み').waitFor();
    await becomes('faults: what was left is on the server', () => told(page), (is) => is === '途中で離れた相談（架空）');
    await page.getByRole('button', { name: '入力を消す' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '消す' }).click();
    await page.getByText('入力は自動で保存されます').waitFor();
}

const browser = await launch();
const page = await sit(browser, 'faults');
await signIn(page, 'sender');
await sends(page, '一', ['kashimaru-intake'], AGAIN);
await sends(page, '二', ['kashimaru-keys', 'kashimaru-relay']);
await sends(page, '三', ['kashimaru-gateway'], /サーバーにつながりません。入力した内容は残っています/);
await keeps(page);
await opens(page);
const cases = async () => (await ask(page, 'GET', '/cases?limit=50')).cases.length;
await becomes('faults: each was taken on once', cases, (n) => n === 4);
await page.goto(`${BASE}c/new`);
await page.getByText('入力は自動で保存されます').waitFor();
await becomes('faults: no draft is left', () => told(page), (is) => is === '');
await leave(page);
await browser.close();
end();
