// The rest of a desk's day: a visit is booked, a meeting is called and called off, a coordinator asks again who declined, the screen locks
// when nobody is there and gives back what was typed, and a password is changed.
import { ask, BASE, becomes, end, freshCode, launch, leave, look, offer, openCase, pickAgency, PEOPLE, runTo, sees, sit, signIn, unlock, until } from './lib.mjs';

const NEW = 'yama wo koeru kumo 0077';

/** An offer to that agency by one of its people, answered as told. */
async function answered(page, other, to, event, body = {}) {
    const id = await openCase(page);
    let made = null;
    await until(page, async () => {
        made = await offer(page, id, to, event === 'decline' ? 'transfer' : 'added_support').catch(() => null);
        return made !== null;
    });
    await ask(other, 'POST', `/referrals/${made.ref_id}/events/${event}`, body);
    return { id, ref: made.ref_id };
}

async function visit(page, ref) {
    await page.goto(`${BASE}c/referral/${ref}`);
    await page.getByLabel('予約済').check();
    await page.getByLabel('予約の日時').fill('2031-04-01T10:00');
    await look(page, 'visit');
    await page.getByRole('button', { name: '記録する' }).click();
    await sees(page, 'the visit is recorded', page.locator('dd').getByText('予約済'));
}

async function meeting(page, id) {
    await page.goto(`${BASE}c/case/${id}`);
    await page.getByRole('link', { name: '小会議を求める' }).click();
    await pickAgency(page, /ほかに招集する機関/, '障害福祉課', '障害福祉課');
    await look(page, 'call');
    await page.getByRole('button', { name: '小会議を求める' }).click();
    await sees(page, 'the meeting is called', page.getByRole('heading', { name: '小会議を求めました' }));
    await page.getByRole('link', { name: '会議を見る' }).click();
    const heading = page.getByRole('heading', { name: '会議を取りやめる' });
    await until(page, () => heading.isVisible(), () => page.reload());
    await sees(page, 'who was asked for is invited', page.getByRole('table', { name: '招集する機関' }).getByText('障害福祉課'));
    await page.getByRole('button', { name: '取りやめる' }).click();
    await page.getByRole('dialog').getByLabel('理由').selectOption('no_longer_needed');
    await look(page, 'cancel');
    await page.getByRole('dialog').getByRole('button', { name: '取りやめる' }).click();
    await sees(page, 'the meeting is off', page.locator('dd').getByText('取りやめ'));
}

async function again(page, id, name) {
    await page.goto(`${BASE}c/case/${id}/refer`);
    await page.getByRole('button', { name: new RegExp(`${name}.*を選ぶ`) }).click();
    await page.getByRole('radio', { name: '情報提供' }).check();
    await page.getByRole('button', { name: '送る' }).click();
    await sees(page, 'nothing is sent without a reason', page.getByText('理由を書いてください'));
    await page.getByLabel('もう一度打診する理由').fill('体制が変わり、受け入れられるようになったため');
    await look(page, 'again');
    await page.getByRole('button', { name: '送る' }).click();
    await sees(page, 'who declined is asked again', page.getByRole('heading', { name: '送りました' }));
}

async function idle(page) {
    await page.clock.install();
    await page.goto(`${BASE}c/new`);
    await page.getByLabel('相談の内容').fill('書きかけの相談（架空）');
    await page.clock.runFor(2_000);
    await runTo(page, page.clock, 50);
    await sees(page, 'it says that it will lock', page.getByRole('heading', { name: 'まもなく画面をロックします' }));
    await page.clock.runFor(120_000);
    await sees(page, 'it is locked', page.getByRole('heading', { name: '画面をロックしました' }));
    await page.clock.resume();
    await unlock(page, 'sender');
    await becomes('desk: what was typed is still there', () => page.getByLabel('相談の内容').inputValue(), (is) => is === '書きかけの相談（架空）');
}

async function password(page, person) {
    await page.goto(`${BASE}c/settings`);
    await page.getByLabel('いまのパスワード').fill(person.password);
    await page.getByLabel(/^新しいパスワード(?!（)/).fill(NEW);
    await page.getByLabel('新しいパスワード（もう一度）').fill(NEW);
    await look(page, 'settings');
    await page.getByLabel('確認コード').fill(await freshCode(person));
    await page.getByRole('button', { name: '変える' }).click();
    await sees(page, 'the password is changed', page.getByText('パスワードを変えました'));
    person.password = NEW;
}

const browser = await launch();
const page = await sit(browser, 'desk');
await signIn(page, 'sender');
const other = await sit(browser, 'receiver');
await signIn(other, 'receiver');
const taken = await answered(page, other, 'A062', 'accept');
await visit(other, taken.ref);
await meeting(page, taken.id);
const back = await answered(page, other, 'A062', 'decline', { reason: 'no_capacity' });
await leave(other);
const coordinator = await sit(browser, 'coordinator');
await signIn(coordinator, 'coordinator');
await again(coordinator, back.id, '地域生活支援センター');
await leave(coordinator);
await idle(page);
await password(page, PEOPLE.sender);
await leave(page);
await browser.close();
end();
