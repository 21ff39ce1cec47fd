// Everything that the pages show, made by real requests of the people whose work it is: a household with a protection, consents, offers
// answered in every way, meetings being arranged and fixed, a withdrawn consent, an emergency reading, a pair that may be one person.
import { ask, offer, openCase, sit, signIn, TOLD, until } from './lib.mjs';
import { stretch } from './lib_week.mjs';

export const ADDRESS = '架空市架空町1丁目2番3号';

/** Asked until it goes well: what one service did is news to the next a moment later. */
async function gladly(page, method, path, body, isGood = () => true) {
    let answer = null;
    let why = '';
    await until(page, async () => {
        const got = await ask(page, method, path, body).catch((e) => {
            why = e.message;
            return null;
        });
        answer = got && isGood(got) ? got : null;
        return answer !== null;
    });
    if (!answer)
        throw new Error(`never went well: ${method} ${path} ${why}`);
    return answer;
}

async function household(sender, id) {
    await ask(sender, 'POST', `/cases/${id}/people`, { relation: 'child', sealed: { name: '架空 太郎', kana: 'かくう たろう', birth_date: '1975' } });
    await ask(sender, 'POST', `/cases/${id}/people`, { person_id: id, relation: 'self', sealed: { birth_date: '1945-03-03', address: ADDRESS, phone: '000-0000-0002' } });
    await gladly(sender, 'POST', `/cases/${id}/people/${id}/protection`, { sealed: { is_on: true, named: ['madoguchi@A056'] } });
    await ask(sender, 'POST', `/cases/${id}/notifier`, { sealed: { relation: '近所の人（架空）', named: [] } });
    await ask(sender, 'POST', `/cases/${id}/notes`, { kind: 'visit', sealed: { text: '玄関先で母と話した。息子は部屋から出てこなかった。（架空）' } });
}

/** One declined, one accepted, one that waits for its answer; and a consent that is taken back after something was told on it. */
async function referrals({ sender, receiver, second }, id) {
    const consent = { purpose: 'referral', items: ['identity', 'narrative'], receivers: [], evidence: 'signed' };
    const given = await ask(sender, 'POST', `/cases/${id}/consents`, consent);
    const back = await gladly(sender, 'POST', `/cases/${id}/referrals`, {
        to: ['A077'], kind: 'added_support', needs: ['hikikomori'], items: ['identity', 'narrative'], basis: 'consent', purpose: 'referral', send: true,
    });
    await ask(second, 'POST', `/referrals/${back.ref_id}/events/decline`, { reason: 'no_capacity' });
    const taken = await offer(sender, id, 'A062', 'added_support');
    await ask(receiver, 'POST', `/referrals/${taken.ref_id}/events/accept`, {});
    await ask(sender, 'POST', `/consents/${given.id}/withdraw`, { reason: 'person_declined' });
    await ask(sender, 'POST', `/cases/${id}/consents`, { ...consent, receivers: ['A062', 'A077'] });
    const waits = await offer(sender, id, 'A077', 'added_support').catch(() => offer(sender, id, 'A078', 'added_support'));
    return { taken: taken.ref_id, back: back.ref_id, waits: waits.ref_id };
}

/** Called, and two of those invited have said when they can come. */
async function meeting({ sender, coordinator }, id) {
    const { id: called } = await gladly(sender, 'POST', `/cases/${id}/meetings`, {});
    for (const page of [sender, coordinator])
        await gladly(page, 'POST', `/meetings/${called}/availability`, { windows: [stretch(2, 6), stretch(10, 2)] });
    await ask(sender, 'POST', `/meetings/${called}/accommodations`, { accommodation: 'sign_language', is_arranged: false });
    return called;
}

async function fixed(people, id) {
    const called = await meeting(people, id);
    const { coordinator } = people;
    await ask(coordinator, 'POST', `/meetings/${called}/accommodations`, { accommodation: 'sign_language', is_arranged: true });
    await gladly(coordinator, 'POST', `/meetings/${called}/fix`, {
        ...stretch(2, 2), basis: 'consent', sealed: { place: '本庁舎 3階 相談室（架空）', agenda: 'だれが何をするかを決める' },
    });
    return called;
}

/** Somebody who has been elsewhere already, so that the two records are seen to be one person's. */
async function known(page) {
    const { case_id } = await ask(page, 'POST', '/cases', {
        channel: 'visit_self', area: 'north', age_band: 'elder', needs: ['hikikomori'], urgency: 'urgent', consent: 'given',
        sealed: { name: '架空 梅子', kana: 'かくう うめこ', birth_date: '1944-04-04', phone: '000-0000-0003', narrative: TOLD },
    });
    return case_id;
}

/** Signs all in and makes it; `people` has a page for each, `of` what stands in addresses. */
export async function world(browser) {
    const people = {};
    for (const who of ['sender', 'receiver', 'second', 'coordinator', 'auditor', 'administrator', 'lead', 'secretary']) {
        people[who] = await sit(browser, who);
        await signIn(people[who], who);
    }
    const { sender, second, coordinator } = people;
    const of = { case: await openCase(sender), other: await known(sender), own: await known(coordinator) };
    await household(sender, of.case);
    Object.assign(of, await referrals(people, of.case));
    of.meeting = await meeting(people, of.case);
    of.fixed = await fixed(people, of.other);
    const declined = await offer(sender, of.other, 'A077', 'added_support');
    await ask(second, 'POST', `/referrals/${declined.ref_id}/events/decline`, { reason: 'no_capacity' });
    of.ownReferral = (await offer(coordinator, of.own, 'A062', 'added_support')).ref_id;
    of.ownMeeting = await meeting({ sender: coordinator, coordinator }, of.own);
    await ask(second, 'POST', `/cases/${of.other}/break-glass`, { reason: 'life', text: '助けを求める声がしたと、近所から電話があった' });
    return { people, of };
}
