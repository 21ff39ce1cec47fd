// The times at which a meeting could be: the week as a picture of who can come, and beside it each good time with the reasons why.
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { LegalBasis, MeetingView, Slot, Slots } from '@api';
import { call } from '../../net/call';
import { useDraft } from '../../net/draft';
import { who } from '../../net/session';
import { language, options, t } from '../../text';
import { AgencyName, useAgencyNames } from '../../ui/agency';
import { Button } from '../../ui/button';
import { Select, TextArea, TextField } from '../../ui/form';
import { KeptForm } from '../../ui/kept';
import { Show, useCall } from '../../ui/load';
import { Notice } from '../../ui/notice';
import { markedOf, monday, Week, Weeks, type Weight } from '../../ui/week';
import { Stretch } from './windows';

const FIRST = 3;
const LENGTHS = [30, 60, 90, 120];

interface Form {
    basis: LegalBasis;
    place: string;
    agenda: string;
}

function Names(p: { of: readonly string[] }): JSX.Element {
    return (
        <>
            {p.of.map((a, i) => (
                <span key={a}>
                    {i ? '、' : ''}
                    <AgencyName code={a} />
                </span>
            ))}
        </>
    );
}

/** Who has not answered yet is not said to be unable to come. */
function SlotChoice(p: { of: Slot; silent: readonly string[]; onChoose: () => void }): JSX.Element {
    const s = p.of;
    const cannot = s.cannot.filter((a) => !p.silent.includes(a));
    return (
        <article class="candidate">
            <h3>
                <Stretch starts={s.starts} ends={s.ends} />
            </h3>
            <p>{language.value === 'ja' ? s.ja : s.en}</p>
            {s.can.length ? (
                <p>
                    {t('出席できる：', 'Can come: ')}
                    <Names of={s.can} />
                </p>
            ) : null}
            {cannot.length ? (
                <p>
                    {t('出席できない：', 'Cannot come: ')}
                    <Names of={cannot} />
                </p>
            ) : null}
            <Button onPress={p.onChoose}>{t('この日時に決める', 'Fix this time')}</Button>
        </article>
    );
}

/** Shows who can come at each half hour; a press on one of a proposed time chooses that time. */
function Picture(p: { view: MeetingView; slots: readonly Slot[]; onChoose: (slot: Slot) => void }): JSX.Element {
    const [week, setWeek] = useState(() => monday(new Date(p.slots[0]?.starts ?? Date.now())));
    const marked = useMemo(() => markedOf(p.slots), [p.slots]);
    const nameOf = useAgencyNames(p.view.invitees.map((i) => i.agency));
    const weight = useMemo(() => {
        const answers = p.view.invitees.filter((i) => i.answered_at).map((i) => ({ agency: i.agency, marked: markedOf(i.windows) }));
        return (start: number): Weight | undefined => {
            const cannot = answers.filter((a) => !a.marked.has(start)).map((a) => nameOf(a.agency));
            const can = answers.length - cannot.length;
            return answers.length
                ? {
                      share: can / answers.length,
                      words: t(
                          `${can}/${answers.length}機関が出席可${cannot.length && can ? `（不可：${cannot.join('、')}）` : ''}`,
                          `${can} of ${answers.length} can come`,
                      ),
                      short: can ? `${can}/${answers.length}` : '',
                  }
                : undefined;
        };
    }, [p.view, nameOf]);
    const choose = (next: ReadonlySet<number>): void => {
        const pressed = [...marked].find((at) => !next.has(at));
        const slot =
            pressed === undefined ? undefined : p.slots.find((s) => Date.parse(s.starts) <= pressed && pressed < Date.parse(s.ends));
        if (slot) p.onChoose(slot);
    };
    return (
        <div>
            <Weeks week={week} onWeek={setWeek} />
            <Week
                week={week}
                marked={marked}
                onMark={choose}
                weight={weight}
                caption={t(
                    '○＝候補の日時（押すと決める手順へ）。数字＝出席できる機関の数',
                    '○ = a time that fits (press to choose); the numbers say how many can come',
                )}
            />
        </div>
    );
}

function Fix(p: { view: MeetingView; slot: Slot; again: () => void; onBack: () => void }): JSX.Element {
    const draft = useDraft<Form>('meeting_fix', p.view.meeting_id, { basis: p.view.basis, place: '', agenda: '' });
    const { value: form, set } = draft;
    const bases = useCall('basis_list', {});
    async function send(key: string): Promise<void> {
        const { starts, ends } = p.slot;
        await call(
            'meeting_fix',
            {
                meeting_id: p.view.meeting_id,
                starts,
                ends,
                basis: form.basis,
                sealed: { place: form.place.trim(), ...(form.agenda.trim() ? { agenda: form.agenda } : {}) },
            },
            key,
        );
    }
    return (
        <section class="group">
            <h2>{t('日時を決める', 'Fix the time')}</h2>
            <p>
                <strong>
                    <Stretch starts={p.slot.starts} ends={p.slot.ends} />
                </strong>
            </p>
            <p>{language.value === 'ja' ? p.slot.ja : p.slot.en}</p>
            <KeptForm
                draft={draft}
                send={t('確定する', 'Fix it')}
                isReady={form.place.trim() !== ''}
                onSend={send}
                onDone={p.again}
                more={<Button onPress={p.onBack}>{t('戻る', 'Back')}</Button>}
            >
                <Select
                    label={t('会議の根拠', 'Ground')}
                    value={form.basis}
                    onValue={(v) => set({ basis: v as LegalBasis })}
                    options={options(
                        'legal_basis',
                        bases.value
                            ? [form.basis, ...bases.value.bases.filter((b) => b.is_meeting || b.needs_consent).map((b) => b.code)]
                            : [form.basis],
                    )}
                />
                <TextField
                    label={t('場所', 'Place')}
                    value={form.place}
                    onValue={(place) => set({ place })}
                    required
                    wide
                    maxLength={120}
                />
                <TextArea label={t('議題', 'Agenda')} value={form.agenda} onValue={(agenda) => set({ agenda })} maxLength={1300} />
            </KeptForm>
        </section>
    );
}

function Times(p: { view: MeetingView; of: Slots; onChoose: (slot: Slot) => void }): JSX.Element {
    const { of } = p;
    // while one's own answer is asked for, its week stands on the page, and one is enough
    const isAsked = p.view.invitees.some((i) => i.agency === who.value?.agency && !i.answered_at);
    return (
        <>
            {of.silent.length ? (
                <Notice tone="info" live={false} title={t('まだ回答のない機関', 'No answer yet from')}>
                    <p>
                        <Names of={of.silent} />
                    </p>
                </Notice>
            ) : null}
            {of.slots.length ? (
                <>
                    <div class="candidates">
                        {of.slots.slice(0, FIRST).map((s) => (
                            <SlotChoice key={s.starts} of={s} silent={of.silent} onChoose={() => p.onChoose(s)} />
                        ))}
                    </div>
                    {of.slots.length > FIRST ? (
                        <details>
                            <summary>{t(`ほかの候補（${of.slots.length - FIRST}件）`, `Other times (${of.slots.length - FIRST})`)}</summary>
                            <div class="candidates">
                                {of.slots.slice(FIRST).map((s) => (
                                    <SlotChoice key={s.starts} of={s} silent={of.silent} onChoose={() => p.onChoose(s)} />
                                ))}
                            </div>
                        </details>
                    ) : null}
                    <details open={!isAsked}>
                        <summary>{t('週の表で見る', 'As a week')}</summary>
                        <Picture view={p.view} slots={of.slots} onChoose={p.onChoose} />
                    </details>
                </>
            ) : (
                <p class="empty">{t('候補はまだありません。', 'No time fits yet.')}</p>
            )}
        </>
    );
}

export function Arrange(p: { view: MeetingView; again: () => void }): JSX.Element {
    const [minutes, setMinutes] = useState(60);
    const slots = useCall('slot_list', { meeting_id: p.view.meeting_id, minutes }, [`meeting:${p.view.meeting_id}`]);
    const [slot, setSlot] = useState<Slot | null>(null);
    if (slot) return <Fix view={p.view} slot={slot} again={p.again} onBack={() => setSlot(null)} />;
    return (
        <section>
            <h2>{t('日程の候補', 'Times that fit')}</h2>
            <Select
                label={t('会議の長さ', 'How long')}
                value={String(minutes)}
                onValue={(v) => setMinutes(Number(v))}
                options={LENGTHS.map((m) => [String(m), t(`${m}分`, `${m} min`)])}
            />
            <Show of={slots}>{(a) => <Times view={p.view} of={a} onChoose={setSlot} />}</Show>
        </section>
    );
}
