// The line itself goes: the network between the browser and the gateway is cut, an answer is lost on its way, the gateway hangs, audit dies. It
// is shown, what others changed meanwhile stands on the page afterwards, and nothing takes effect twice.
import { connect, createServer } from 'node:net';

/** The network between this browser and the gateway, as far as it can be cut: what goes through is not touched. */
const to = new URL(process.env.KM_URL);
const wires = new Set();
let isCut = false;
const losing = { path: '', answers: 0 }; // of what is asked there so many answers are lost, and with the last of them the line
const cutWires = () => {
    isCut = true;
    for (const { from } of wires)
        from.destroy();
};
const server = createServer((from) => {
    const gateway = connect({ host: to.hostname, port: Number(to.port) });
    const wire = { from, gateway, isLosing: false };
    wires.add(wire);
    const end = () => {
        wires.delete(wire);
        from.destroy();
        gateway.destroy();
    };
    const ask = (d) => {
        wire.isLosing ||= losing.answers > 0 && d.includes(`POST /api/v1${losing.path} HTTP`);
        gateway.write(d);
    };
    const answer = (d) => {
        if (!wire.isLosing)
            return from.write(d);
        losing.answers = Math.max(0, losing.answers - 1);
        return losing.answers > 0 ? end() : cutWires();
    };
    from.on('error', end);
    gateway.on('error', end);
    if (isCut)
        return end();
    from.on('data', ask).on('close', end);
    gateway.on('data', answer).on('close', end);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
process.env.KM_URL = `http://127.0.0.1:${server.address().port}/`;

const { ask, BASE, becomes, check, end, freshCode, launch, leave, offer, OFFICE, openCase, PEOPLE, sees, sit, signIn, TOLD, until } = await import('./lib.mjs');
const { AGAIN, away, comes, isQuiet, menu, says, still } = await import('./lib_faults.mjs');

const LONG = `${TOLD} 回線が長く切れていた`;
const offers = (page) => page.locator('main a[href*="/c/referral/"]');
/** Those of all lists, when all are here. */
const offersNow = async (page) => {
    await page.locator('main [aria-busy=false]').first().waitFor();
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
    return offers(page).count();
};
const silence = (page) => page.getByText('新着の受信が途切れています');

/** Until the returned function is called, there is no network. */
async function cut(page) {
    cutWires();
    await page.context().setOffline(true);
    return async () => {
        isCut = false;
        await page.context().setOffline(false);
    };
}

/** The next answers from there are lost; it ends when they are. */
async function loses(page, path, answers, press) {
    Object.assign(losing, { path, answers });
    await press();
    await becomes(`${page.story}: ${path}: the answer is lost, and the line is gone`, async () => isCut);
}

async function writesWho(page, person) {
    await page.getByLabel('利用者名').fill(person.user);
    await page.getByLabel('パスワード').fill(person.password);
    await page.getByLabel('確認コード').fill(await freshCode(person));
}

const isIn = (page) => page.getByRole('navigation', { name: '主なページ' });

/** Two answers to a sign-in are lost, whoever asked again: the page, or the browser itself, unseen, on a connection that was used before. */
async function losesAnAnswer(page, person) {
    await page.goto(`${BASE}c/`);
    await writesWho(page, person);
    await loses(page, '/session', 2, () => page.getByRole('button', { name: 'サインイン' }).click());
    await says(page, 'the answer is lost', /サーバーにつながりません/);
    isCut = false;
    await comes(page, 'it goes on by itself, with the same code', isIn(page));
    await isQuiet(page, 'inside');
}

/** The answer is lost, and the line is gone for longer than the page tries: pressed again, as it stands there, it ends well. */
async function pressesAgain(page, path, button, done) {
    const pressed = () => page.getByRole('button', { name: button, exact: true }).click();
    await page.clock.install();
    await loses(page, path, 1, pressed);
    await passes(page, 120, page.getByText('もう一度押してください'));
    await comes(page, `${path}: it says to press again`, page.getByText(/入力した内容は残っています。.*もう一度押してください/));
    await page.clock.resume();
    isCut = false;
    await pressed();
    await comes(page, `${path}: pressed again, it ends well`, done);
    await isQuiet(page, path);
}

/** Somebody takes up an invitation and signs in, and each time the answer is lost. */
async function takesUp(page, user, token) {
    const password = 'kaze no tsuyoi hi no sentaku';
    await page.goto(`${BASE}c/enrol`);
    await page.getByLabel('招待の文字列').fill(token);
    for (const field of await page.locator('input[type=password]').all())
        await field.fill(password);
    await pressesAgain(page, '/enrolment', '次へ', page.locator('img.qr'));
    const person = { user, password, totp: (await page.locator('code.secret').innerText()).replace(/\s/g, ''), step: 0 };
    await page.getByLabel(/6桁/).fill(await freshCode(person));
    await pressesAgain(page, '/enrolment/confirm', '登録を終える', page.getByText('登録が終わりました'));
    await page.getByRole('button', { name: 'サインインへ' }).click();
    await writesWho(page, person);
    await pressesAgain(page, '/session', 'サインイン', isIn(page));
}

/** What the log says of those whose answers were lost: let in more than once, and never wrong. */
async function isNeverWrong(page, ...users) {
    for (const user of users) {
        const { attempts } = await ask(page, 'GET', `/sign-ins?user=${user}`);
        const words = attempts.map((a) => a.outcome).join(' ');
        check(`${page.story}: ${user} was let in again, and no attempt was wrong`, /signed_in signed_in/.test(words) && !/wrong|locked/.test(words), words);
    }
}

async function isCutOff(page, sender) {
    await menu(page, '新しい相談');
    await page.getByLabel('相談の内容').waitFor();
    const back = await cut(page);
    await page.getByLabel('相談の内容').fill(`${TOLD} 圏外`);
    await page.getByLabel('ひきこもり').check();
    await page.getByRole('button', { name: '受け付ける' }).click();
    await says(page, 'without network', /ネットワークにつながっていません。入力した内容は残っています/);
    check(`${page.story}: what was typed stands there`, (await page.getByLabel('相談の内容').inputValue()) === `${TOLD} 圏外`);
    await back();
    await comes(page, 'with it, what was typed is taken on', page.getByRole('heading', { name: '相談を受け付けました' }));
    await isQuiet(page, 'connected');
    await menu(page, 'わたしの仕事');
    await page.getByRole('table', { name: '回答を待っているつなぎ' }).or(page.getByText('いま回答するものはありません')).first().waitFor();
    const before = await offersNow(page);
    const again = await cut(page);
    await sees(page, 'that no news come is shown', silence(page));
    isCut = false; // for whoever sits elsewhere
    await offer(sender, await openCase(sender), 'A062');
    await again();
    await becomes(`${page.story}: what came meanwhile stands there, and nobody asked for it`, () => offers(page).count(), (n) => n > before);
    await isQuiet(page, 'live');
}

/** The gateway lives and says nothing: neither brings it a page that was not opened before, nor does it answer one that was. */
async function hangs(page) {
    const back = still('kashimaru-gateway');
    await menu(page, 'かしまる会議');
    await says(page, 'a page does not come', /つながり次第、自動で表示します/);
    await menu(page, 'わたしの仕事');
    await says(page, 'an answer does not come', /応答に時間がかかっています/);
    back();
    await comes(page, 'it goes on', page.locator('main').getByRole('table', { name: '回答を待っているつなぎ' }));
    await isQuiet(page, 'it goes on');
}

/** Audit dies: who waits for news is told that there are none; an auditor, that it takes a while. */
async function withoutAudit(page, sender, auditor) {
    const case_id = await openCase(sender);
    await until(auditor, async () => (await ask(auditor, 'GET', `/audit/cases/${case_id}`)).opened_by !== '');
    const before = await offersNow(page);
    const back = away('kashimaru-audit', 'kashimaru-sequencer', 'kashimaru-signer');
    await auditor.goto(`${BASE}c/audit/case/${case_id}`);
    await says(auditor, 'the history without audit', AGAIN);
    await offer(sender, case_id, 'A062');
    await sees(page, 'without audit it is shown that no news come', silence(page));
    back();
    await becomes(`${page.story}: with it, what came meanwhile stands there`, () => offers(page).count(), (n) => n > before);
    await comes(auditor, 'the history comes by itself', auditor.getByRole('heading', { name: '証拠', exact: true }));
    await isQuiet(auditor, 'history');
    await isQuiet(page, 'news');
}

/** What just happened is not in the log yet, and nobody writes it. */
async function evidence(auditor, sender) {
    const case_id = await openCase(sender);
    await until(auditor, async () => (await ask(auditor, 'GET', `/audit/cases/${case_id}`)).opened_by !== '');
    const back = away('kashimaru-sequencer', 'kashimaru-signer');
    await auditor.goto(`${BASE}c/audit/case/${case_id}`);
    await offer(sender, case_id, 'A062');
    await auditor.getByRole('button', { name: '証拠の束を作る' }).click();
    await comes(auditor, 'that the log is waited for is said', auditor.getByText('署名された記録に載るのを待っています'));
    back();
    await comes(auditor, 'with it, the bundle is made', auditor.getByText(/束を保存する（できごと\d+件）/));
    await isQuiet(auditor, 'evidence');
}

/** An invitation is made once, however often it is asked for. */
async function invites(page) {
    await page.getByLabel('利用者名').fill('fukki');
    await page.getByRole('combobox', { name: '機関' }).fill('福祉の総合');
    await page.getByRole('option', { name: '福祉の総合相談窓口' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: '選んだ機関' }).getByText('福祉の総合相談窓口').waitFor();
    const back = away('kashimaru-account');
    await page.getByRole('button', { name: '招待する' }).click();
    await says(page, 'inviting without account');
    check(`${page.story}: what was typed stands there`, (await page.getByLabel('利用者名').inputValue()) === 'fukki');
    back();
    await comes(page, 'the invitation is made', page.locator('.notice code.secret'));
    await isQuiet(page, 'invited');
    const { users } = await ask(page, 'GET', '/users?limit=200');
    check(`${page.story}: once`, users.filter((u) => u.user === 'fukki').length === 1);
    return page.locator('.notice code.secret').innerText();
}

/** The page's clock goes on, as fast as it is let, for so long or until that is there. */
async function passes(page, seconds, what = null) {
    for (let s = 0; s < seconds && !(await what?.isVisible()); s += 2) {
        await page.clock.runFor(2_000);
        await page.waitForTimeout(40);
    }
}

/** Longer than a request is patient: what is typed meanwhile is kept all the same, once the network is back. */
async function isLongGone(page) {
    await page.clock.install();
    await page.goto(`${BASE}c/new`);
    await page.getByText('入力は自動で保存されます').waitFor();
    const back = await cut(page);
    await page.getByLabel('相談の内容').fill(LONG);
    await passes(page, 90);
    await comes(page, 'it says that what was typed waits', page.getByText('保存を待っています（この画面には残っています）'));
    const asks = [];
    for (let s = 0; s < 10; s++) { // between two tries, and while one is under way
        await passes(page, 2);
        asks.push(await page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))));
    }
    check(`${page.story}: whoever leaves the page meanwhile is asked first, at any moment`, asks.every(Boolean), asks.join(' '));
    await back();
    await passes(page, 60, page.getByText('下書き保存済み'));
    await comes(page, 'and when the network is back it is kept', page.getByText('下書き保存済み'));
    await page.clock.resume();
    await page.reload();
    await page.getByText('下書き保存済み').waitFor();
    await becomes(`${page.story}: on the server, too`, () => page.getByLabel('相談の内容').inputValue(), (is) => is === LONG);
}

const browser = await launch();
const sender = await sit(browser, 'sender');
await signIn(sender, 'sender', 'settings');
const page = await sit(browser, 'receiver');
await losesAnAnswer(page, PEOPLE.receiver);
await isCutOff(page, sender);
await hangs(page);
const auditor = await sit(browser, 'auditor');
await signIn(auditor, 'auditor', 'keys');
await withoutAudit(page, sender, auditor);
await isLongGone(page);
await leave(page);
await evidence(auditor, sender);
await leave(auditor);
await leave(sender);
const administrator = await sit(browser, 'administrator');
await signIn(administrator, 'administrator', 'users');
const token = await invites(administrator);
// behind a proxy, from an address of their own: nobody else's attempts are among the ten a minute that one has
const newcomer = await sit(browser, 'newcomer', OFFICE, { extraHTTPHeaders: { 'X-Forwarded-For': '192.0.2.7' } });
await takesUp(newcomer, 'fukki', token);
await leave(newcomer);
await isNeverWrong(administrator, PEOPLE.receiver.user, 'fukki');
await leave(administrator);
await browser.close();
server.close();
for (const { from } of wires)
    from.destroy();
end();
