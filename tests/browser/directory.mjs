// Whoever keeps the directory, without a line of JSON: an agency is added by form, is there for whoever refers, is changed with what held
// before kept; what is wrong is said beside its field; a file shows what it would change before anybody is asked; accounts and parked
// messages are touched only after a question.
import { readFileSync } from 'node:fs';
import { ask, becomes, check, end, fits, launch, leave, look, openCase, sees, sit, signIn, stands } from './lib.mjs';

const NAME = '架空ひろば ひだまり';
const SEED = new URL('../../sql/seed/agencies.jsonl', import.meta.url);

const day = (plus = 0) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(new Date(Date.now() + plus * 86_400_000));
const words = (date) => new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { dateStyle: 'long', timeZone: 'Asia/Tokyo' }).format(new Date(`${date}T00:00+09:00`))
    + `（${new Intl.DateTimeFormat('ja-JP', { weekday: 'short', timeZone: 'Asia/Tokyo' }).format(new Date(`${date}T00:00+09:00`))}）`;
const choice = (page, group, name) => page.getByRole('group', { name: group }).getByLabel(name, { exact: true });
const FROM = day(2); // also when midnight passes meanwhile, it lies ahead
const dialog = (page) => page.getByRole('dialog');

async function add(page) {
    await page.getByRole('link', { name: '機関をさがす' }).click();
    await page.getByRole('link', { name: '機関を加える' }).click();
    await page.getByLabel(/^名前/).fill(NAME);
    await page.getByRole('button', { name: '内容を確かめる' }).click();
    await sees(page, 'what is missing is said beside its field', page.locator('.field.is-wrong').getByText('種別を選んでください'));
    check(`${page.story}: and nothing is asked`, (await dialog(page).count()) === 0, 'a question stands there');
    await page.getByLabel(/^種別/).selectOption('相談窓口');
    await choice(page, '担当地域', '北部').check();
    await page.getByLabel('対象をさがす').fill('ひきこもり');
    await choice(page, '対象', 'ひきこもり').check();
    await choice(page, 'この機関の条件を決める', '決める').check();
    await page.getByLabel('課題をさがす').fill('ひきこもり');
    await choice(page, '窓口となる課題', 'ひきこもり').check();
    await page.getByLabel(/^開く時刻/).fill('10:00');
    await page.getByLabel(/^閉まる時刻/).fill('9時半');
    await page.getByLabel(/^個人情報保護法での区分/).selectOption('public');
    await page.getByLabel(/^この条件の根拠/).fill('架空の届出');
    await page.getByRole('button', { name: '内容を確かめる' }).click();
    const shuts = page.locator('.field.is-wrong').filter({ hasText: '閉まる時刻' });
    await sees(page, 'a time that is none is refused beside its field', shuts.getByText('8:30 のように'));
    await becomes(`${page.story}: which has the focus`, () => page.getByLabel(/^閉まる時刻/).evaluate((e) => e === document.activeElement));
    await page.getByLabel(/^閉まる時刻/).fill('9:30');
    await page.getByRole('button', { name: '内容を確かめる' }).click();
    await sees(page, 'nor does it close before it opens', shuts.getByText('開く時刻より後'));
    await look(page, 'wrong');
    await page.getByLabel(/^閉まる時刻/).fill('19:00');
    await page.getByRole('button', { name: '内容を確かめる' }).click();
    await sees(page, 'before it takes effect it is shown and asked about', dialog(page).getByText(`「${NAME}」を加えますか`));
    await sees(page, 'with what was filled in', dialog(page).getByText('19:00'));
    await look(page, 'asked');
    const since = [day()];
    await dialog(page).getByRole('button', { name: '加える' }).click();
    await sees(page, 'it is put in', page.getByText('登録しました。'));
    since.push(day());
    await page.waitForURL(/directory\/agency\/.+/);
    return { code: page.url().split('/').at(-1), since };
}

async function isCandidate(page, code) {
    await signIn(page, 'sender');
    const case_id = await openCase(page);
    await page.goto(`${page.url().split('/c/')[0]}/c/case/${case_id}/refer`);
    await stands(page, page.getByRole('button', { name: /を選ぶ$/ }));
    await page.locator(`button[aria-label="${NAME}を選ぶ"]`).first().waitFor({ state: 'attached' });
    const { candidates } = await ask(page, 'GET', `/cases/${case_id}/candidates?limit=50`);
    const found = candidates.find((c) => c.agency === code);
    check(`${page.story}: the new agency is a candidate, for what it is the desk for`, found?.covers.includes('hikikomori'), JSON.stringify(found));
    await leave(page);
}

async function change(page, { code, since }) {
    await page.getByRole('link', { name: 'みなさんが見る画面へ' }).click();
    await sees(page, 'everybody sees it', page.getByRole('heading', { name: NAME }));
    await page.getByRole('link', { name: '変更する' }).click();
    const remark = page.getByLabel('備考');
    await remark.waitFor();
    await becomes(`${page.story}: the form is filled with what holds`, () => page.getByLabel(/^閉まる時刻/).inputValue(), (is) => is === '19:00');
    await becomes(`${page.story}: and with whom it serves`, () => choice(page, '対象', 'ひきこもり').isChecked());
    await page.getByRole('button', { name: '変わるところを確かめる' }).click();
    await sees(page, 'without a change nothing is asked', page.getByText('変わったところはありません。'));
    await remark.fill('架空の備考');
    await page.getByLabel(/^いつから/).fill(day(-1));
    await page.getByRole('button', { name: '変わるところを確かめる' }).click();
    await sees(page, 'nothing is written over from behind', page.locator('.field.is-wrong').getByText('からの登録があります'));
    await page.getByLabel(/^いつから/).fill(FROM);
    await page.getByRole('button', { name: '変わるところを確かめる' }).click();
    const row = dialog(page).getByRole('row', { name: /備考/ });
    await sees(page, 'before and after stand side by side', row.getByText('架空の備考'));
    await becomes(`${page.story}: only what changes`, () => dialog(page).locator('tbody tr').count(), (n) => n === 1);
    await look(page, 'change');
    await dialog(page).getByRole('button', { name: '変更する' }).click();
    await sees(page, 'it is changed', page.getByText('登録しました。'));
    const versions = page.getByRole('region', { name: 'これまでの内容' }).locator('tbody tr');
    await sees(page, 'what held before stays, with its days', versions.nth(1).getByText(new RegExp(since.map((date) => `${words(date)}〜${words(FROM)}`).join('|'))));
    await becomes(`${page.story}: beside what holds from then on`, () => versions.first().innerText(), (is) => is.includes('架空の備考'));
    await look(page, 'kept');
    await fits(page, 'the form', 375);
    const { note } = await ask(page, 'GET', `/agencies/${code}`);
    check(`${page.story}: until then it is what it was`, note === undefined, note);
    // the hours alone: they take effect at once
    await page.getByLabel(/^閉まる時刻/).fill('20:00');
    await page.getByRole('button', { name: '変わるところを確かめる' }).click();
    await sees(page, 'that the conditions change at once is said', dialog(page).getByText('すぐに置き換わります'));
    await dialog(page).getByRole('button', { name: '変更する' }).click();
    await sees(page, 'the conditions are changed', page.getByText('登録しました。'));
    const { entries } = await ask(page, 'GET', `/directory/entries?kind=routing&of=${code}`);
    check(`${page.story}: as they were filled in`, JSON.parse(entries[0].body).closes_min === 1200, entries[0].body);
}

async function upload(page) {
    const lines = readFileSync(SEED, 'utf8').trim().split('\n');
    const changed = { ...JSON.parse(lines[2]), note: '架空の変更' };
    const added = { ...JSON.parse(lines[3]), id: 'A900', name: '架空の新しい課', aliases: [] };
    await page.getByRole('link', { name: '名簿の登録' }).click();
    await page.getByRole('tab', { name: 'ファイルから登録' }).click();
    const contents = page.getByLabel('内容');
    await contents.fill('{"id": "A001"');
    await page.getByRole('button', { name: '変わるところを確かめる' }).click();
    await sees(page, 'a broken line is told by its number', page.locator('.field.is-wrong').getByText('1行目'));
    await contents.fill([lines[1], JSON.stringify(changed), JSON.stringify(added)].join('\n'));
    await page.getByRole('button', { name: '変わるところを確かめる' }).click();
    const table = page.getByRole('region', { name: '登録すると変わるところ' });
    await sees(page, 'what would change is shown', table.getByText('備考：なし → 架空の変更'));
    await sees(page, 'and what would be added', table.getByRole('row', { name: /A900/ }));
    await becomes(`${page.story}: what stays as it is is only counted`, () => table.locator('tbody tr').count(), (n) => n === 2);
    await look(page, 'upload');
    await page.getByRole('button', { name: 'この内容で登録する' }).click();
    await dialog(page).getByRole('button', { name: '登録する' }).click();
    await sees(page, 'it is put in', page.getByText('3件中 3件'));
    const told = async () => (await page.locator('.facts').last().innerText()).replace(/\s+/g, ' ');
    await becomes(`${page.story}: and became what was shown`, told, (is) => is.includes('追加 1 変更 1 変わりなし 1 登録できなかった 0'));
}

async function programme(page) {
    await page.getByRole('tab', { name: '課題と法定の受け手' }).click();
    await page.getByLabel('この表からさがす').fill('児童虐待');
    await sees(page, 'whom the law names is there to read', page.getByRole('row', { name: /児童虐待/ }));
    await look(page, 'needs');
    await page.getByRole('tab', { name: '提供の根拠' }).click();
    await sees(page, 'so are the grounds', page.getByRole('row', { name: /69条/ }));
    await page.getByRole('tab', { name: '事業', exact: true }).click();
    await page.getByLabel('名前か番号でさがす').fill('P074');
    await look(page, 'programmes');
    await page.getByRole('link', { name: '自殺予防対策事業' }).click();
    await page.getByLabel('備考').fill('架空の備考');
    await page.getByRole('button', { name: '変わるところを確かめる' }).click();
    await sees(page, 'before and after of it, too', dialog(page).getByRole('row', { name: /備考/ }));
    check(`${page.story}: a programme changes in its remark alone`, (await dialog(page).locator('tbody tr').count()) === 1, await dialog(page).innerText());
    await dialog(page).getByRole('button', { name: '変更する' }).click();
    await sees(page, 'it is changed', page.getByText('登録しました。'));
    const { entries } = await ask(page, 'GET', '/directory/entries?kind=programme&of=P074');
    const now = JSON.parse(entries[0].body);
    check(`${page.story}: and what its form does not show is still there`, now.note === '架空の備考' && now.occurrences.length > 0, entries[0].body);
    await look(page, 'programme');
}

async function agencies(page) {
    await page.getByRole('link', { name: '機関をさがす' }).click();
    const rows = page.getByRole('region', { name: '機関の一覧' }).locator('tbody tr');
    await rows.first().waitFor();
    await becomes(`${page.story}: the list begins short`, () => rows.count(), (n) => n === 25);
    await page.getByRole('button', { name: /次の/ }).click();
    await rows.nth(40).waitFor();
    await page.getByLabel('名前').fill('ひだまり');
    await sees(page, 'by a part of its name', page.getByRole('link', { name: NAME }));
    await page.getByLabel('地域').selectOption('south');
    await sees(page, 'not where it does not work', page.getByText('見つかりません'));
    await fits(page, 'the list', 375);
    await look(page, 'agencies');
}

async function users(page) {
    await page.getByRole('link', { name: '利用者と役割' }).click();
    await page.getByLabel('名前でさがす').fill('madog');
    const rows = page.getByRole('region', { name: '利用者の一覧' }).locator('tbody tr');
    await becomes(`${page.story}: one is found by a part of the name`, () => rows.count(), (n) => n === 1);
    await look(page, 'users');
    await page.getByRole('button', { name: 'madoguchi を停止する' }).click();
    await sees(page, 'what suspending does is said first', dialog(page).getByText('サインインが切れ'));
    await look(page, 'suspend');
    await dialog(page).getByRole('button', { name: 'やめる' }).click();
    await sees(page, 'and nothing was done', page.getByRole('button', { name: 'madoguchi を停止する' }));
    await page.getByRole('button', { name: 'madoguchi の登録をやり直す' }).click();
    await sees(page, 'so is what enrolling anew does', dialog(page).getByText('二要素認証'));
    await dialog(page).getByRole('button', { name: 'やり直す' }).click();
    await sees(page, 'its token stands there once', page.locator('.sheet code.secret'));
    await look(page, 'token');
    await page.emulateMedia({ media: 'print' });
    await becomes(`${page.story}: the sheet is printed alone`, async () => !(await rows.first().isVisible()) && (await page.locator('.sheet code.secret').isVisible()));
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('button', { name: '手渡したので閉じる' }).click();
    await becomes(`${page.story}: and then is gone`, () => page.locator('code.secret').count(), (n) => n === 0);
}

async function queues(page) {
    await page.getByRole('link', { name: '伝達の状態' }).click();
    const parked = page.locator('article.candidate');
    await sees(page, 'what stands still is told in words', parked.getByRole('heading', { name: '相談受付からつなぎへ：新しい相談を受け付けたこと' }));
    await look(page, 'queues');
    await parked.getByRole('button', { name: '飛ばす' }).click();
    await sees(page, 'what skipping does is said first', dialog(page).getByText('届かないままになります'));
    await dialog(page).getByLabel(/飛ばす理由/).fill('見本のため');
    await look(page, 'skip');
    await dialog(page).getByRole('button', { name: '飛ばす' }).click();
    await sees(page, 'it stands there no longer', page.getByText('止まっている知らせはありません。'));
}

const browser = await launch();
const admin = await sit(browser, 'keeper');
await signIn(admin, 'administrator');
const added = await add(admin);
await isCandidate(await sit(browser, 'keeper-sender'), added.code);
await change(admin, added);
await upload(admin);
await programme(admin);
await agencies(admin);
await queues(admin);
await users(admin);
await leave(admin);
await browser.close();
end();
