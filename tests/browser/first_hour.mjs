// README's first hour, as a newcomer walks it: from the one-time token alone, by the labels that README prints. Whatever it quotes must have
// been met on the way, and whatever this walk looks for must be quoted there.
import { existsSync, readFileSync } from 'node:fs';
import { BASE, check, end, freshCode, launch, leave, OFFICE, PEOPLE, pickAgency, sees, sit, signIn, stands, TOLD, until } from './lib.mjs';

const HOUR = readFileSync(process.env.KM_README, 'utf8').split('## A first hour, in the browser\n')[1].split('\n## ')[0];
const QUOTED = new Set([...HOUR.matchAll(/「([^」]+)」/g)].map((m) => m[1]));
const PASSWORD = 'hajimete no ichijikan 0001';
const met = new Set();

/** A label as README has it. */
function said(label) {
    check(`first hour: README says 「${label}」`, QUOTED.has(label), 'it does not');
    met.add(label);
    return label;
}

async function enrol(page, user, token) {
    await page.goto(`${BASE}c/`);
    await page.getByRole('link', { name: said('招待を受けた方の登録') }).click();
    await page.getByLabel('招待の文字列').fill(token);
    for (const field of await page.locator('input[type=password]').all())
        await field.fill(PASSWORD);
    await page.getByRole('button', { name: '次へ' }).click();
    const totp = (await page.locator('code.secret').innerText()).replace(/\s/g, '');
    PEOPLE[user] = { user, password: PASSWORD, totp };
    await page.getByLabel(/6桁/).fill(await freshCode(PEOPLE[user]));
    await page.getByRole('button', { name: '登録を終える' }).click();
    await sees(page, `${user} gets recovery codes`, page.getByText('登録が終わりました'));
}

/** At a computer of their own, whose address it is that attempts to sign in are counted by. */
let desks = 0;
async function comes(browser, user, does) {
    const page = await sit(browser, user, OFFICE, { extraHTTPHeaders: { 'X-Forwarded-For': `192.0.2.${++desks}` } });
    await does(page);
    await leave(page);
}

async function invite(page, user, agency, role) {
    check(`first hour: README invites ${user}`, new RegExp(`\`${user}\` \\(${agency},\\s+${role}\\)`).test(HOUR), 'it does not');
    await page.getByLabel('利用者名').fill(user);
    const last = page.getByRole('button', { name: '外す' });
    if (await last.isVisible())
        await last.click(); // the form keeps the agency of whoever was invited last
    await pickAgency(page, '機関', agency, agency);
    for (const box of await page.getByRole('group', { name: '役割' }).getByRole('checkbox').all())
        await box.setChecked(false);
    await page.getByLabel(role, { exact: true }).check();
    await page.getByRole('button', { name: '招待する' }).click();
    await page.locator('.notice').filter({ hasText: `${user} の招待` }).waitFor();
    return page.locator('.notice code.secret').innerText();
}

async function administrator(page) {
    await enrol(page, 'kanri', readFileSync(process.env.KM_TOKEN, 'utf8').trim());
    await signIn(page, 'kanri');
    const tokens = {};
    await page.getByRole('link', { name: said('利用者と役割') }).click();
    tokens.madoguchi = await invite(page, 'madoguchi', '福祉の総合相談窓口', '相談支援員');
    tokens.seikatsu = await invite(page, 'seikatsu', '地域生活支援センター', '相談支援員');
    tokens.chosei = await invite(page, 'chosei', '福祉政策課', '多機関協働コーディネーター');
    tokens.kansa = await invite(page, 'kansa', '福祉政策課', '監査担当');
    return tokens;
}

async function worker(page) {
    await signIn(page, 'madoguchi');
    await page.getByRole('link', { name: said('新しい相談') }).click();
    await page.getByLabel('相談の内容').fill(TOLD);
    await page.getByLabel('ひきこもり').check();
    await page.getByLabel('経済的困窮').check();
    await page.getByLabel('同意あり').check();
    await page.getByRole('button', { name: said('受け付ける') }).click();
    await page.getByRole('link', { name: said('つなぎ先をさがす') }).click();
    await stands(page, page.getByRole('button', { name: /を ?選ぶ$/ }));
    await sees(page, 'why somebody is proposed', page.getByText('課題2件のうち2件を専門とする'));
    await page.getByRole('button', { name: /^地域生活支援センターを ?選ぶ/ }).click();
    await page.getByLabel('相談内容', { exact: true }).check();
    await page.getByRole('button', { name: said('送る'), exact: true }).click();
    await sees(page, 'the referral is on its way', page.getByRole('heading', { name: '送りました' }));
}

async function receiver(page) {
    await signIn(page, 'seikatsu');
    await page.getByRole('link', { name: said('わたしの仕事') }).click();
    await page.getByRole('link', { name: /引継ぎ/ }).first().click();
    await page.getByRole('button', { name: said('受入') }).click();
    await page.getByRole('button', { name: '確定する' }).click();
    await page.getByRole('link', { name: /ケースを開く/ }).click();
    await stands(page, page.getByRole('tab', { name: '支援機関' }));
    await page.getByRole('tab', { name: '支援機関' }).click();
    await sees(page, 'that agency leads', page.getByRole('row', { name: /地域生活支援センター.*主担当/ }));
}

async function coordinator(page) {
    await signIn(page, 'chosei');
    for (const [label, heading] of [['調整ボード', '調整ボード'], ['かしまる会議', 'かしまる会議'], ['つなぎの流れ', 'つなぎの流れと件数']]) {
        await page.getByRole('link', { name: said(label), exact: true }).click();
        await sees(page, `${label} opens`, page.getByRole('heading', { name: heading, level: 1 }));
    }
    await sees(page, 'who hands to whom', page.locator('.picture svg').first());
}

async function auditor(page) {
    await signIn(page, 'kansa');
    await page.getByRole('link', { name: said('監査報告') }).click();
    await sees(page, 'the reports open', page.getByRole('heading', { name: '監査報告' }));
    await page.getByRole('link', { name: said('さがす'), exact: true }).click();
    const found = page.getByRole('table').getByRole('link').first();
    await until(page, () => found.isVisible(), () => page.getByRole('button', { name: 'さがす' }).click());
    await found.click();
    await sees(page, 'who held it, as a picture', page.locator('.picture svg'));
    await sees(page, 'and as a table', page.getByRole('table', { name: '主担当の移り変わり' }).getByText('地域生活支援センター'));
    await until(page, async () => existsSync(process.env.KM_VKEY));
    await page.getByLabel('記録の検証鍵').fill(readFileSync(process.env.KM_VKEY, 'utf8'));
    await page.getByRole('button', { name: said('証拠の束を作る') }).click();
    await sees(page, 'evidence is checked in the browser', page.getByText(/すべてが、署名された記録に含まれています/));
    await sees(page, 'and is a file', page.getByRole('link', { name: /^束を保存する/ }));
}

const browser = await launch();
let tokens = {};
await comes(browser, 'kanri', async (page) => {
    tokens = await administrator(page);
});
// all enrol before the first of them signs in: a time code works once, and the next is half a minute away
for (const [user, token] of Object.entries(tokens))
    await comes(browser, user, (page) => enrol(page, user, token));
await comes(browser, 'madoguchi', worker);
await comes(browser, 'seikatsu', receiver);
await comes(browser, 'chosei', coordinator);
await comes(browser, 'kansa', auditor);
const missed = [...QUOTED].filter((label) => !met.has(label));
check('first hour: whatever README quotes was met', QUOTED.size > 5 && missed.length === 0, missed.join('、'));
await browser.close();
end();
