// A worker takes a telephone call on, finds who can carry the case, and sends it; a worker of the other agency accepts.
import { check, end, launch, leave, look, PHONE, sees, sit, signIn, TOLD } from './lib.mjs';

async function takeOn(page) {
    const began = Date.now();
    await page.getByRole('link', { name: '新しい相談' }).click();
    await page.getByLabel('相談の内容').fill(TOLD);
    await page.getByLabel('ひきこもり').check();
    await page.getByLabel('経済的困窮').check();
    await page.getByLabel('地域').selectOption('north');
    await page.getByLabel('年齢層').selectOption('elder');
    await page.getByLabel('氏名').fill('架空 花子');
    await page.getByLabel('ふりがな').fill('かくう はなこ');
    await page.getByLabel('同意あり').check();
    await look(page, 'new');
    await page.getByRole('button', { name: '受け付ける' }).click();
    await sees(page, 'the consultation is taken on', page.getByRole('heading', { name: '相談を受け付けました' }));
    check('worker: within a minute', Date.now() - began < 60_000, `${Date.now() - began} ms`);
}

async function refer(page) {
    await page.getByRole('link', { name: 'つなぎ先をさがす' }).click();
    await page.getByRole('heading', { name: '1. だれに' }).waitFor();
    await sees(page, 'the reasons are told', page.getByText('課題2件のうち2件を専門とする'));
    await page.getByRole('button', { name: /^地域生活支援センターを ?選ぶ/ }).click();
    await page.getByLabel('氏名・ふりがな・生年月日').check();
    await page.getByLabel('相談内容', { exact: true }).check();
    await look(page, 'refer');
    await page.getByRole('button', { name: '送る' }).click();
    await sees(page, 'the referral is sent', page.getByRole('heading', { name: '送りました' }));
    await look(page, 'sent');
}

async function accept(page) {
    await page.getByRole('link', { name: /引継ぎ/ }).first().click();
    await page.getByRole('button', { name: '受入' }).click();
    await look(page, 'referral');
    await page.getByRole('button', { name: '確定する' }).click();
    await sees(page, 'the referral is accepted', page.getByText('受入', { exact: true }));
    await page.getByRole('link', { name: /ケースを開く/ }).click();
    await sees(page, 'what was disclosed is there', page.getByText(TOLD));
    await look(page, 'case');
    await page.getByRole('tab', { name: '支援機関' }).click();
    await sees(page, 'the lead has moved', page.getByText('地域生活支援センター').first());
    await page.getByRole('tab', { name: 'できごと' }).click();
    await sees(page, 'the history tells it', page.getByText('主担当の引継ぎ'));
    await look(page, 'history');
}

const browser = await launch();
const sender = await sit(browser, 'worker');
await sender.goto(`${process.env.KM_URL}c/`);
await look(sender, 'sign-in');
await signIn(sender, 'sender');
await look(sender, 'work');
await takeOn(sender);
await refer(sender);
await leave(sender);
const receiver = await sit(browser, 'receiver', PHONE);
await signIn(receiver, 'receiver');
await look(receiver, 'work');
await accept(receiver);
await leave(receiver);
await browser.close();
end();
