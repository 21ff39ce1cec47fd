// What changes elsewhere stands on the page by itself: in every tab, also after the gateway died; and a session that was ended elsewhere
// locks the page though nobody touches it. A meeting stands on the pages of all it calls, and when it is fixed.
import { readFileSync } from 'node:fs';
import { ask, becomes, check, end, launch, leave, offer, openCase, signIn, sit, WAIT_MS } from './lib.mjs';

const SETTLED_MS = 4_000;
const browser = await launch();
const sender = await sit(browser, 'sender');
const receiver = await sit(browser, 'receiver');
await signIn(sender, 'sender', 'work');
await signIn(receiver, 'receiver', 'work');
const other = await receiver.context().newPage();
await other.goto(receiver.url());

const offers = (page) => page.locator('main a[href*="/c/referral/"]').count();
const grows = async (page, from) => {
    const until = Date.now() + WAIT_MS;
    while ((await offers(page)) <= from && Date.now() < until)
        await page.waitForTimeout(100);
    return (await offers(page)) > from;
};

for (const page of [receiver, other]) {
    await page.locator('main [aria-busy=false]').first().waitFor();
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
}
const before = await offers(receiver);
await offer(sender, await openCase(sender), 'A062');
check('an offer stands on the page by itself', await grows(receiver, before));
check('and in the other tab', await grows(other, before));

const gateway = Number(readFileSync(process.env.KM_PIDS, 'utf8').match(/^kashimaru-gateway 0 (\d+)$/m)[1]);
process.kill(gateway, 'SIGKILL');
await receiver.getByText('新着の受信が途切れています').waitFor();
check('a line that is down is shown', true);
await receiver.getByText('新着の受信が途切れています').waitFor({ state: 'detached' });
check('and that it is up again', true);
const then = await offers(receiver);
await offer(sender, await openCase(sender), 'A062');
check('what is offered afterwards stands there, too', await grows(receiver, then));

// a meeting calls the other agency only because it matches what the household needs: it has nothing to do with the case
const coordinator = await sit(browser, 'coordinator');
await signIn(coordinator, 'coordinator', 'meetings');
await other.goto(other.url().replace(/work$/, 'meetings'));
await other.locator('main h1').first().waitFor();
const household = await openCase(sender);
const { id: meeting } = await ask(sender, 'POST', `/cases/${household}/meetings`, {});
const stands = (page) => page.locator(`main a[href$="/c/meeting/${meeting}"]`).waitFor().then(() => true, () => false);
check('whoever is invited as one that matches sees the meeting by itself', await stands(other));
check('and whoever coordinates', await stands(coordinator));
const { invitees } = await ask(other, 'GET', `/meetings/${meeting}`);
check('it is invited for nothing else', invitees.find((i) => i.agency === 'A062')?.invited_as === 'matches', JSON.stringify(invitees));
await other.locator(`main a[href$="/c/meeting/${meeting}"]`).click();
await other.getByText('日程調整中').first().waitFor();
let answers = 0;
other.on('response', async (r) => {
    if (r.url().endsWith(`/meetings/${meeting}`))
        answers = await r.json().then((view) => view.invitees.filter((i) => i.answered_at).length, () => answers);
});
const at = (hour) => new Date(Date.now() + (7 * 24 + hour) * 3_600_000).toISOString();
for (const page of [sender, coordinator])
    await ask(page, 'POST', `/meetings/${meeting}/availability`, { windows: [{ starts: at(0), ends: at(8) }] });
await becomes('the open page asks anew when somebody has answered', () => Promise.resolve(answers), (n) => n === 2);
await other.waitForTimeout(SETTLED_MS); // what is told of the answers has been told: what comes now is of the fixing
await ask(coordinator, 'POST', `/meetings/${meeting}/fix`, { starts: at(1), ends: at(2), basis: 'swa_106_6', sealed: { place: '架空会館', agenda: '支援の方針（架空）' } });
check('and that it is fixed, and where', await other.getByText('架空会館').first().waitFor().then(() => true, () => false));

await ask(sender, 'POST', '/session/end', {});
await sender.getByRole('dialog', { name: '画面をロックしました' }).waitFor();
check('a session that ended elsewhere locks the page', true);
check('nobody else is locked', (await receiver.getByRole('dialog').count()) === 0);
await leave(coordinator);
await leave(sender);
await leave(receiver);
await browser.close();
end();
