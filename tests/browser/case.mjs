// What a case asks of a worker beside handing it on: the household, a protection that nobody overlooks and that is changed without naming
// anybody again, who reported, consents given and taken back, the paper for the person; who works on it, by the team lead's word; a colleague
// elsewhere who must see the case at once, and is seen doing it; and the lead who turns the protection off.
import { ask, BASE, becomes, check, end, freshCode, launch, leave, look, openCase, pickAgency, PEOPLE, PHONE, sees, sit, signIn, until } from './lib.mjs';
import { hands } from './hands.mjs';

const ADDRESS = '架空市架空町1丁目2番3号';
const PARTS = ['相談', '世帯', '経過記録', '支援機関', 'できごと', '同意', '提供記録', '通報者'];
const DAY_MS = 86_400_000;

const main = (page) => page.locator('main').textContent();
const TOLD_NAMES = /見ることができる人：/;

/** It stands over the person that these see what is hidden, and nobody else. */
async function tellsOf(page, name, ...people) {
    let words = '';
    const isSo = () => people.every((p) => words.includes(`${PEOPLE[p].user}（`)) && words.split('、').length === people.length;
    await until(page, async () => {
        words = await page.getByText(TOLD_NAMES).innerText();
        return isSo();
    });
    check(`${page.story}: ${name}`, isSo(), words);
}

const named = (page) => page.getByRole('list', { name: '見ることができる人' }).innerText();

async function openPart(page, part) {
    await hands(page).press(page.getByRole('tab', { name: part }));
}

async function showPeople(page) {
    await openPart(page, '世帯');
    await hands(page).press(page.getByRole('button', { name: '世帯員を表示する' }));
}

async function household(page) {
    const hand = hands(page);
    await showPeople(page);
    await hand.press(page.getByRole('button', { name: '世帯員を加える' }));
    await hand.choose(page.getByLabel('本人との続柄'), 'child');
    await hand.write(page.getByLabel('氏名'), '架空 太郎');
    await hand.write(page.getByLabel('ふりがな'), 'かくう たろう');
    await look(page, 'person');
    await hand.press(page.getByRole('button', { name: '記録する' }));
    await sees(page, 'the member is there', page.getByText('架空 太郎'));
    await hand.press(page.getByRole('button', { name: '本人の記録を訂正する' }));
    await hand.write(page.getByLabel('住所'), ADDRESS);
    await hand.press(page.getByRole('button', { name: '記録する' }));
    await sees(page, 'the address is corrected', page.getByText(ADDRESS));
}

/** Somebody whose name is typed counts also when nobody pressed the button that adds it. */
async function protect(page) {
    const hand = hands(page);
    await hand.press(page.getByRole('button', { name: '本人の支援措置をとる' }));
    await hand.write(page.getByLabel('理由'), '配偶者からの暴力（架空）');
    await hand.write(page.getByLabel('加える人の利用者名'), PEOPLE.colleague.user);
    await sees(page, 'what is typed is kept', page.getByText('下書き保存済み'));
    const { drafts } = await ask(page, 'GET', '/drafts');
    check('case: and no draft is called after a protection', drafts.length > 0 && drafts.every((d) => /^person_put:/.test(d.name)), JSON.stringify(drafts));
    await look(page, 'protection');
    await hand.press(page.getByRole('button', { name: '支援措置をとる', exact: true }));
    const flag = page.locator('.shield').getByText('支援措置の対象です');
    await sees(page, 'the flag is up', flag);
    for (const part of PARTS) {
        await openPart(page, part);
        await becomes(`case: the flag stands over ${part}`, () => flag.isVisible());
    }
    await openPart(page, '相談');
    const cover = page.getByRole('button', { name: '住所を表示する（閲覧として記録）' });
    await cover.waitFor();
    check('case: the address is covered', !(await main(page)).includes(ADDRESS));
    await hand.press(cover);
    await sees(page, 'the address comes when asked for', page.getByText(ADDRESS));
    await look(page, 'protected');
}

/** The same people again: nobody has to remember who they were. */
async function change(page) {
    const hand = hands(page);
    await showPeople(page);
    await hand.press(page.getByRole('button', { name: '本人の支援措置を変える' }));
    await sees(page, 'who is named stands in the form', page.getByRole('list', { name: '見ることができる人' }).getByText(PEOPLE.colleague.user));
    await sees(page, 'and why', page.getByText('配偶者からの暴力（架空）'));
    await becomes('case: and since when it may be renewed', () => main(page), (is) => /更新は .*から/.test(is));
    await look(page, 'change');
    await hand.press(page.getByRole('button', { name: '見ることができる人を変える' }));
    await sees(page, 'it is changed', page.getByText(TOLD_NAMES));
    await tellsOf(page, 'and nobody was lost', 'sender', 'colleague');
}

async function notifier(page) {
    const hand = hands(page);
    await openPart(page, '通報者');
    await hand.press(page.getByRole('button', { name: '通報者を記録する' }));
    await hand.write(page.getByLabel('本人との関係'), '近所の人（架空）');
    await hand.write(page.getByLabel('加える人の利用者名'), PEOPLE.lead.user);
    await look(page, 'notifier');
    await hand.press(page.getByRole('button', { name: '記録する' }));
    await hand.press(page.getByRole('button', { name: '通報者を表示する（閲覧として記録）' }));
    await sees(page, 'who reported is shown to who may see it', page.getByText('近所の人（架空）'));
    await hand.press(page.getByRole('button', { name: '通報者の記録を訂正する' }));
    await becomes('case: what was recorded stands there', () => page.getByLabel('本人との関係').inputValue(), (is) => is === '近所の人（架空）');
    await becomes('case: and who sees it', () => named(page), (is) => is.includes(PEOPLE.lead.user));
    await hand.write(page.getByLabel('連絡先'), '000-0000-0009');
    await hand.press(page.getByRole('button', { name: '記録する' }));
    await hand.press(page.getByRole('button', { name: '通報者を表示する（閲覧として記録）' }));
    await sees(page, 'and is corrected', page.getByText('000-0000-0009'));
    await becomes('case: for the same people', () => main(page), (is) => is.includes(PEOPLE.lead.user));
}

async function consent(page) {
    const hand = hands(page);
    await openPart(page, '同意');
    await hand.press(page.getByRole('button', { name: '同意を記録する' }));
    await hand.check(page.getByLabel('氏名・ふりがな・生年月日'));
    await pickAgency(page, '機関', '地域生活支援センター', '地域生活支援センター');
    await hand.choose(page.getByLabel('どう確かめたか'), 'signed');
    await look(page, 'consent');
    await hand.press(page.getByRole('button', { name: '記録する', exact: true }));
    const withdraw = page.getByRole('button', { name: '「他機関へのつなぎ」の同意の撤回を記録する' });
    await sees(page, 'the consent stands', withdraw);
    await hand.press(withdraw);
    await hand.choose(page.getByLabel('撤回の理由'), 'person_declined');
    await look(page, 'withdraw');
    await hand.press(page.getByRole('dialog').getByRole('button', { name: '撤回を記録する' }));
    await sees(page, 'and is taken back', page.locator('.badge').getByText('撤回'));
}

async function paper(page, id) {
    await page.goto(`${BASE}c/case/${id}/paper`);
    await sees(page, 'the paper is there', page.locator('.paper'));
    await look(page, 'paper');
    check('case: the paper does not say where anybody lives', !(await page.locator('.paper').textContent()).includes(ADDRESS));
}

/** The team lead's clock runs ahead: the year is over, or ends soon. The lead is not named, and is told who is. */
async function year(page) {
    const hand = hands(page);
    await sees(page, 'a year that is over is said so, over the case', page.locator('.shield').getByText('支援措置の期間が過ぎています。伏せたままです。'));
    await showPeople(page);
    await sees(page, 'and over the person', page.locator('.notice').getByText('更新するか、本人に確かめて解除してください'));
    check('lead: the address stays hidden', !(await main(page)).includes(ADDRESS));
    await look(page, 'over');
    await page.clock.setFixedTime(Date.now() + 350 * DAY_MS);
    await sees(page, 'one that ends soon, too', page.locator('.shield').getByText(/期間は、あと1[4-6]日で終わります/)); // of a leap year, too
    await hand.press(page.getByRole('button', { name: '本人の支援措置を変える' }));
    await becomes('lead: who is named is told', () => named(page), (is) => ['sender', 'colleague'].every((p) => is.includes(PEOPLE[p].user)));
    await look(page, 'renew');
    await hand.write(page.getByLabel('更新する理由'), '引き続き危険がある（架空）');
    await hand.press(page.getByRole('button', { name: '支援措置を1年更新する' }));
    await tellsOf(page, 'with the same people, and the lead', 'sender', 'colleague', 'lead');
}

/** Who works on the case says the lead; whoever is not one of them does not read it, and a page that is open closes by itself. */
async function team(lead, colleague, id) {
    const hand = hands(lead);
    const isRead = colleague.getByRole('tab', { name: '世帯' });
    const isShut = colleague.getByText('このケースの担当者に指名されていません');
    const takeOff = async (of) => {
        await hand.press(lead.getByRole('button', { name: `${PEOPLE[of].user} を担当から外す` }));
        await hand.press(lead.getByRole('dialog').getByRole('button', { name: '外す' }));
        await lead.getByRole('button', { name: `${PEOPLE[of].user} を担当から外す` }).waitFor({ state: 'detached' });
    };
    const putOn = async (of) => {
        await hand.write(lead.getByLabel('担当者の利用者名'), PEOPLE[of].user);
        await hand.press(lead.getByRole('button', { name: '担当に加える' }));
        await sees(lead, `${of} is on the team`, lead.getByRole('button', { name: `${PEOPLE[of].user} を担当から外す` }));
    };
    await openPart(lead, '支援機関');
    await sees(lead, 'who took it on works on it', lead.getByRole('button', { name: `${PEOPLE.sender.user} を担当から外す` }));
    await sees(colleague, 'whoever does not is told so', isShut);
    await look(colleague, 'not-named');
    await putOn('colleague');
    await look(lead, 'team');
    await sees(colleague, 'who is named reads it', isRead);
    await takeOff('colleague');
    await sees(colleague, 'who is taken off loses sight of it at once', isShut);
    check('colleague: nothing of it stays on the page', !(await main(colleague)).includes('架空 花子'));
    await colleague.goto(`${BASE}c/case/${id}`);
    await sees(colleague, 'also when it is opened anew', isShut);
    await takeOff('sender');
    await sees(lead, 'nobody is named', lead.getByText('決まっていません（機関の職員が担当）'));
    await sees(colleague, 'then everybody of the agency reads it', isRead);
    await putOn('sender');
    await sees(colleague, 'and no longer when somebody is', isShut);
}

async function off(lead, worker) {
    const flag = worker.locator('.shield').getByText('支援措置の対象です');
    await flag.waitFor();
    await showPeople(lead);
    await hands(lead).press(lead.getByRole('button', { name: '本人の支援措置を変える' }));
    await hands(lead).press(lead.getByRole('button', { name: '支援措置を解除する' }));
    await hands(lead).write(lead.getByRole('dialog').getByLabel('解除の理由'), '転居し、本人が望んだ（架空）');
    await look(lead, 'off');
    await hands(lead).press(lead.getByRole('dialog').getByRole('button', { name: '解除する' }));
    await lead.locator('.shield').getByText('支援措置の対象です').waitFor({ state: 'detached' });
    await sees(lead, 'the address is nobody’s secret any more', lead.getByText(ADDRESS));
    await flag.waitFor({ state: 'detached' });
    await becomes('case: the flag goes by itself when the lead takes it away', () => main(worker), (is) => is.includes(ADDRESS));
}

async function breakGlass(page, id) {
    const hand = hands(page);
    await page.goto(`${BASE}c/case/${id}`);
    await sees(page, 'the case is not theirs to see', page.getByText('該当するケースはありません'));
    await hand.check(page.getByLabel('生命・身体の危険'));
    await hand.write(page.getByLabel('事情'), '助けを求める声がしたと、近所から電話があった');
    await look(page, 'glass');
    await hand.write(page.getByLabel('確認コード'), await freshCode(PEOPLE.second));
    await hand.press(page.getByRole('button', { name: '緊急閲覧を始める' }));
    await sees(page, 'the case opens', page.getByText('緊急閲覧中です'));
    await sees(page, 'and says how long', page.getByRole('timer').getByText(/^5[0-9]:[0-9]{2}$/));
    check('glass: what is protected stays hidden', !(await main(page)).includes(ADDRESS));
    await hand.press(page.getByRole('button', { name: '住所を見るには' }));
    await sees(page, 'and it is said why', page.getByText('緊急閲覧でも表示されません'));
    await look(page, 'emergency');
    await hand.press(page.getByRole('dialog').getByRole('button', { name: '閉じる' }));
    await showPeople(page);
    await sees(page, 'the household is there', page.getByText('架空 太郎'));
    check('glass: nobody who is named is told', !/見ることができる人|期間が過ぎて/.test(await main(page)) && !(await main(page)).includes(PEOPLE.colleague.user));
}

const browser = await launch();
const page = await sit(browser, 'case');
await signIn(page, 'sender');
const id = await openCase(page);
await page.goto(`${BASE}c/case/${id}`);
await until(page, () => page.getByRole('tab', { name: '世帯' }).isVisible(), () => page.reload());
await household(page);
await protect(page);
await change(page);
await notifier(page);
await consent(page);
await paper(page, id);
check('case: there is somebody elsewhere', !!PEOPLE.second);
const other = await sit(browser, 'glass', PHONE);
await signIn(other, 'second');
await breakGlass(other, id);
await leave(other);
const lead = await sit(browser, 'lead');
await lead.clock.setFixedTime(Date.now() + 400 * DAY_MS);
await signIn(lead, 'lead', `case/${id}`);
await year(lead);
const colleague = await sit(browser, 'colleague', PHONE);
await signIn(colleague, 'colleague', `case/${id}`);
await team(lead, colleague, id);
await page.goto(`${BASE}c/case/${id}`);
await off(lead, page);
await leave(colleague);
await leave(lead);
await leave(page);
await browser.close();
end();
