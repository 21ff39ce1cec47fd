// What a case asks of a worker beside handing it on: the household, a protection that nobody overlooks, who reported, consents given and
// taken back, the paper for the person; and a colleague elsewhere who must see the case at once, and is seen doing it.
import { BASE, check, end, freshCode, launch, leave, look, openCase, pickAgency, PEOPLE, PHONE, sees, sit, signIn, until } from './lib.mjs';

const ADDRESS = '架空市架空町1丁目2番3号';
const PARTS = ['相談', '世帯', '経過記録', '支援機関', 'できごと', '同意', '提供記録', '通報者'];

async function household(page) {
    await page.getByRole('tab', { name: '世帯' }).click();
    await page.getByRole('button', { name: '世帯員を表示する' }).click();
    await page.getByRole('button', { name: '世帯員を加える' }).click();
    await page.getByLabel('本人との続柄').selectOption('child');
    await page.getByLabel('氏名').fill('架空 太郎');
    await page.getByLabel('ふりがな').fill('かくう たろう');
    await look(page, 'person');
    await page.getByRole('button', { name: '記録する' }).click();
    await sees(page, 'the member is there', page.getByText('架空 太郎'));
    await page.getByRole('button', { name: '本人の記録を訂正する' }).click();
    await page.getByLabel('住所').fill(ADDRESS);
    await page.getByRole('button', { name: '記録する' }).click();
    await sees(page, 'the address is corrected', page.getByText(ADDRESS));
}

async function protect(page) {
    await page.getByRole('button', { name: '本人の支援措置をとる' }).click();
    await look(page, 'protection');
    await page.getByRole('button', { name: '支援措置をとる', exact: true }).click();
    const flag = page.locator('.shield').getByText('支援措置の対象です');
    await sees(page, 'the flag is up', flag);
    for (const part of PARTS) {
        await page.getByRole('tab', { name: part }).click();
        check(`case: the flag stands over ${part}`, await flag.isVisible());
    }
    await page.getByRole('tab', { name: '相談' }).click();
    check('case: the address is covered', !(await page.locator('main').textContent()).includes(ADDRESS));
    await page.getByRole('button', { name: '住所を表示する（閲覧として記録）' }).click();
    await sees(page, 'the address comes when asked for', page.getByText(ADDRESS));
    await look(page, 'protected');
}

async function notifier(page) {
    await page.getByRole('tab', { name: '通報者' }).click();
    await page.getByRole('button', { name: '通報者を記録する' }).click();
    await page.getByLabel('本人との関係').fill('近所の人（架空）');
    await look(page, 'notifier');
    await page.getByRole('button', { name: '記録する' }).click();
    await page.getByRole('button', { name: '通報者を表示する（閲覧として記録）' }).click();
    await sees(page, 'who reported is shown to who may see it', page.getByText('近所の人（架空）'));
}

async function consent(page) {
    await page.getByRole('tab', { name: '同意' }).click();
    await page.getByRole('button', { name: '同意を記録する' }).click();
    await page.getByLabel('氏名・ふりがな・生年月日').check();
    await pickAgency(page, '機関', '地域生活支援センター', '地域生活支援センター');
    await page.getByLabel('どう確かめたか').selectOption('signed');
    await look(page, 'consent');
    await page.getByRole('button', { name: '記録する', exact: true }).click();
    const withdraw = page.getByRole('button', { name: '「他機関へのつなぎ」の同意の撤回を記録する' });
    await sees(page, 'the consent stands', withdraw);
    await withdraw.click();
    await page.getByLabel('撤回の理由').selectOption('person_declined');
    await look(page, 'withdraw');
    await page.getByRole('dialog').getByRole('button', { name: '撤回を記録する' }).click();
    await sees(page, 'and is taken back', page.locator('.badge').getByText('撤回'));
}

async function paper(page, id) {
    await page.goto(`${BASE}c/case/${id}/paper`);
    await sees(page, 'the paper is there', page.locator('.paper'));
    await look(page, 'paper');
    check('case: the paper does not say where anybody lives', !(await page.locator('.paper').textContent()).includes(ADDRESS));
}

async function breakGlass(page, id) {
    await page.goto(`${BASE}c/case/${id}`);
    await sees(page, 'the case is not theirs to see', page.getByText('該当するケースはありません'));
    await page.getByLabel('生命・身体の危険').check();
    await page.getByLabel('事情').fill('助けを求める声がしたと、近所から電話があった');
    await look(page, 'glass');
    await page.getByLabel('確認コード').fill(await freshCode(PEOPLE.second));
    await page.getByRole('button', { name: '緊急閲覧を始める' }).click();
    await sees(page, 'the case opens', page.getByText('緊急閲覧中です'));
    await sees(page, 'and says how long', page.getByRole('timer').getByText(/^5[0-9]:[0-9]{2}$/));
    check('glass: what is protected stays hidden', !(await page.locator('main').textContent()).includes(ADDRESS));
    await page.getByRole('button', { name: '住所を見るには' }).click();
    await sees(page, 'and it is said why', page.getByText('緊急閲覧でも表示されません'));
    await look(page, 'emergency');
}

const browser = await launch();
const page = await sit(browser, 'case');
await signIn(page, 'sender');
const id = await openCase(page);
await page.goto(`${BASE}c/case/${id}`);
await until(page, () => page.getByRole('tab', { name: '世帯' }).isVisible(), () => page.reload());
await household(page);
await protect(page);
await notifier(page);
await consent(page);
await paper(page, id);
await leave(page);
check('case: there is somebody elsewhere', !!PEOPLE.second);
const other = await sit(browser, 'glass', PHONE);
await signIn(other, 'second');
await breakGlass(other, id);
await leave(other);
await browser.close();
end();
