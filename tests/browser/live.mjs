// What changes elsewhere stands on the page by itself: in every tab, also after the gateway died; and a session that was ended elsewhere
// locks the page though nobody touches it.
import { readFileSync } from 'node:fs';
import { ask, check, end, launch, leave, offer, openCase, signIn, sit } from './lib.mjs';

const WAIT_MS = 20_000;
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

await other.locator('main h1').first().waitFor();
await receiver.waitForTimeout(2_000);
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

await ask(sender, 'POST', '/session/end', {});
await sender.getByRole('dialog', { name: '画面をロックしました' }).waitFor();
check('a session that ended elsewhere locks the page', true);
check('nobody else is locked', (await receiver.getByRole('dialog').count()) === 0);
await leave(sender);
await leave(receiver);
await browser.close();
end();
