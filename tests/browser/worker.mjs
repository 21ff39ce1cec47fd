// A worker takes a telephone call on, finds who can carry the case, and sends it; a worker of the other agency accepts it and books the
// first visit; and the worker sees that it has arrived.
import { check, end, enter, launch, leave, look, PHONE, sees, sit, signIn, stands, TOLD, turnTo } from './lib.mjs';
import { hands } from './hands.mjs';

async function takeOn(page) {
    const hand = hands(page);
    let began = Date.now();
    await turnTo(page, '新しい相談');
    await hand.write(page.getByLabel('相談の内容'), TOLD);
    await hand.check(page.getByLabel('ひきこもり'));
    await hand.check(page.getByLabel('経済的困窮'));
    await hand.choose(page.getByLabel('地域'), 'north');
    await hand.choose(page.getByLabel('年齢層'), 'elder');
    await hand.write(page.getByLabel('氏名'), '架空 花子');
    await hand.write(page.getByLabel('ふりがな'), 'かくう はなこ');
    await hand.write(page.getByLabel('生年月日'), '1946-05-03');
    await hand.check(page.getByLabel('同意あり'));
    const took = Date.now() - began;
    await look(page, 'new'); // which no worker does
    began = Date.now() - took;
    await hand.press(page.getByRole('button', { name: '受け付ける' }));
    await sees(page, 'the consultation is taken on', page.getByRole('heading', { name: '相談を受け付けました' }));
    check('worker: within a minute', Date.now() - began < 60_000, `${Date.now() - began} ms`);
}

async function refer(page) {
    const hand = hands(page);
    await hand.press(page.getByRole('link', { name: 'つなぎ先をさがす' }));
    await stands(page, page.getByRole('button', { name: /を ?選ぶ$/ }));
    await sees(page, 'the reasons are told', page.getByText('課題2件のうち2件を専門とする'));
    await hand.press(page.getByRole('button', { name: /^地域生活支援センターを ?選ぶ/ }));
    await hand.check(page.getByLabel('氏名・ふりがな・生年月日'));
    await hand.check(page.getByLabel('相談内容', { exact: true }));
    await look(page, 'refer');
    await hand.press(page.getByRole('button', { name: '送る' }));
    await sees(page, 'the referral is sent', page.getByRole('heading', { name: '送りました' }));
    await look(page, 'sent');
    await hand.press(page.getByRole('link', { name: 'つなぎを見る' }));
    await sees(page, 'and can be looked at', page.locator('dd').getByText('打診中'));
}

async function accept(page) {
    const hand = hands(page);
    await hand.press(page.getByRole('link', { name: /引継ぎ/ }).first());
    await hand.press(page.getByRole('button', { name: '受入' }));
    await look(page, 'referral');
    await hand.press(page.getByRole('button', { name: '確定する' }));
    await sees(page, 'the referral is accepted', page.getByText('受入', { exact: true }));
}

async function readCase(page) {
    const hand = hands(page);
    await hand.press(page.getByRole('link', { name: /ケースを開く/ }));
    await stands(page, page.getByText(TOLD));
    await sees(page, 'what was disclosed is there', page.getByText(TOLD));
    await look(page, 'case');
    await hand.press(page.getByRole('tab', { name: '支援機関' }));
    await sees(page, 'the lead has moved', page.getByText('地域生活支援センター').first());
    await hand.press(page.getByRole('tab', { name: 'できごと' }));
    await sees(page, 'the history tells it', page.getByText('主担当の引継ぎ'));
    await look(page, 'history');
}

async function book(page) {
    const hand = hands(page);
    await turnTo(page, 'わたしの仕事');
    await hand.press(page.getByRole('link', { name: /引継ぎ/ }).first());
    await hand.check(page.getByLabel('予約済'));
    await hand.write(page.getByLabel('予約の日時'), '2031-04-01T10:00');
    await look(page, 'visit');
    await hand.press(page.getByRole('button', { name: '記録する' }));
    await sees(page, 'the first visit is booked', page.locator('dd').getByText('予約済'));
}

const browser = await launch();
const sender = await sit(browser, 'worker');
await sender.goto(`${process.env.KM_URL}c/`);
await look(sender, 'sign-in');
await enter(sender, 'sender');
await look(sender, 'work');
await takeOn(sender);
await refer(sender);
const receiver = await sit(browser, 'receiver', PHONE);
await signIn(receiver, 'receiver');
await look(receiver, 'work');
await accept(receiver);
await readCase(receiver);
await book(receiver);
await leave(receiver);
await sees(sender, 'whoever sent it sees the visit', sender.locator('dd').getByText('予約済'));
await leave(sender);
await browser.close();
end();
