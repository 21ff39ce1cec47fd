// An auditor finds a case by what happened to it, sees who held it when, and makes evidence of it, which is saved and found good at once; what
// is written in the case stays closed. Then a report.
import { existsSync, readFileSync } from 'node:fs';
import { ask, BASE, check, end, launch, leave, look, offer, openCase, pickAgency, sees, sit, signIn, turnTo, until } from './lib.mjs';
import { hands } from './hands.mjs';

/** Offered to one who has no room, then to one who takes it on. */
async function happen(browser) {
    const sender = await sit(browser, 'sender');
    await signIn(sender, 'sender');
    const case_id = await openCase(sender);
    for (const [who, agency, event, body] of [['second', 'A077', 'decline', { reason: 'no_capacity' }], ['receiver', 'A062', 'accept', {}]]) {
        const { ref_id } = await offer(sender, case_id, agency);
        const page = await sit(browser, who);
        await signIn(page, who);
        await ask(page, 'POST', `/referrals/${ref_id}/events/${event}`, body);
        await leave(page);
    }
    await leave(sender);
    return case_id;
}

async function search(page, case_id) {
    const hand = hands(page);
    await pickAgency(page, '機関', '福祉の総合', '福祉の総合相談窓口');
    const found = page.getByRole('link', { name: case_id.slice(0, 8) });
    const send = async () => {
        await hand.press(page.getByRole('button', { name: 'さがす' }));
        await page.locator('[aria-busy=false]').first().waitFor();
    };
    await send();
    await until(page, () => found.isVisible(), send);
    await sees(page, 'the case is found', found);
    await look(page, 'found');
    await hand.press(found);
}

async function custody(page) {
    await sees(page, 'the custody is drawn', page.locator('.picture svg'));
    await until(page, () => page.getByText('受入', { exact: true }).first().isVisible(), () => page.reload());
    const leads = page.getByRole('table', { name: '主担当の移り変わり' });
    await sees(page, 'who held it first', leads.getByText('福祉の総合相談窓口'));
    await sees(page, 'and who holds it now', leads.getByRole('row', { name: /地域生活支援センター.*現在/ }));
    const steps = page.getByRole('table', { name: 'つなぎの経過' });
    await sees(page, 'that it was declined, and why', steps.getByRole('row', { name: /差戻し|辞退/ }));
    await look(page, 'timeline');
}

async function evidence(page) {
    const hand = hands(page);
    await until(page, async () => existsSync(process.env.KM_VKEY));
    await hand.write(page.getByLabel('記録の検証鍵'), readFileSync(process.env.KM_VKEY, 'utf8'));
    const good = page.getByText(/できごと\d+件すべてが、署名された記録に含まれています/);
    await hand.press(page.getByRole('button', { name: '証拠の束を作る' }));
    await sees(page, 'the evidence is made, and found good', good);
    const lines = readFileSync(await hand.save(page.getByRole('link', { name: /束を保存する/ })), 'utf8').length;
    check('auditor: and saved', lines > 1000, `${lines} letters`);
    await hand.write(page.getByLabel(/できごとの番号/), '1');
    await hand.press(page.getByRole('button', { name: 'この場で確かめる' }));
    await sees(page, 'the proof of one event is good', page.getByText(/この証明は正しいものです/));
    await look(page, 'evidence');
}

const browser = await launch();
const case_id = await happen(browser);
const page = await sit(browser, 'auditor');
await signIn(page, 'auditor');
await turnTo(page, 'さがす');
await search(page, case_id);
await custody(page);
await evidence(page);
await page.goto(`${BASE}c/case/${case_id}`);
await sees(page, 'the case itself stays closed', page.getByText('あなたの役割では開けません'));
await turnTo(page, '監査報告');
await hands(page).choose(page.getByLabel('報告'), 'bounced');
await sees(page, 'the report opens', page.getByRole('heading', { name: '監査報告' }));
await look(page, 'report');
check('auditor: no error on the report', (await page.locator('.notice.is-bad').count()) === 0);
await leave(page);
await browser.close();
end();
