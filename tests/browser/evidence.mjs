// An auditor makes the evidence of a case in the browser, sees it checked at once, saves it, and outsiders find it good; with another log's key
// the browser says that it is not.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { BASE, check, end, launch, leave, look, offer, openCase, sees, sit, signIn, until } from './lib.mjs';
import { hands } from './hands.mjs';

let VKEY = '';
/** Of the same name, and not its key. */
function otherKey() {
    const name = VKEY.slice(0, VKEY.indexOf('+'));
    const key = Buffer.concat([Buffer.of(1), randomBytes(32)]);
    return `${name}+${createHash('sha256').update(`${name}\n`).update(key).digest('hex').slice(0, 8)}+${key.toString('base64')}`;
}

/** Of whoever has no installation. */
function verified(kind, path) {
    try {
        return execFileSync(`${process.env.KM_BUILD_DIR}/kashimaru-verify`, [kind, path, '--key', VKEY], { env: {}, encoding: 'utf8' });
    } catch (e) {
        return `${e.status}: ${e.stdout}${e.stderr}`;
    }
}

async function save(page, name) {
    return hands(page).save(page.getByRole('link', { name }));
}

const browser = await launch();
const sender = await sit(browser, 'sender');
await signIn(sender, 'sender');
const case_id = await openCase(sender);
await offer(sender, case_id, 'A062');
await leave(sender);

const page = await sit(browser, 'auditor');
await signIn(page, 'auditor', `audit/case/${case_id}`);
await until(page, () => page.getByRole('heading', { name: '証拠', exact: true }).isVisible(), () => page.reload());
await until(page, async () => existsSync(process.env.KM_VKEY));
VKEY = readFileSync(process.env.KM_VKEY, 'utf8');
const key = page.getByLabel('記録の検証鍵');
await key.fill(VKEY);
await page.getByRole('button', { name: '証拠の束を作る' }).click();
await sees(page, 'the bundle is made, and good', page.getByText(/できごと\d+件すべてが、署名された記録に含まれています/));
const bundle = verified('case', await save(page, /束を保存する/));
check('auditor: outsiders find the bundle good', bundle.includes('good: '), bundle);
await page.getByLabel(/できごとの番号/).fill('1');
await page.getByRole('button', { name: 'この場で確かめる' }).click();
await sees(page, 'the proof of one event is good', page.getByText(/この証明は正しいものです/));
const proof = verified('proof', await save(page, '証明を保存する'));
check('auditor: outsiders find the proof good', proof.includes('good: leaf'), proof);
await look(page, 'evidence');
await key.fill(otherKey());
await page.getByRole('button', { name: '証拠の束を作る' }).click();
await sees(page, 'with another key it is not taken for good', page.getByText('この検証鍵の署名がありません'));
check('auditor: and nothing says it is', (await page.getByText(/すべてが、署名された記録に含まれています/).count()) === 0);
await page.goto(`${BASE}c/flows`);
await sees(page, 'who hands to whom is drawn', page.getByRole('img', { name: /つなぎの流れ。/ }));
await sees(page, 'and what lies on each desk', page.getByRole('img', { name: /機関ごとの件数/ }));
await sees(page, 'with its table', page.getByRole('table', { name: 'つなぎの流れ' }).getByRole('row').nth(1));
await look(page, 'flows');
await leave(page);
await browser.close();
end();
