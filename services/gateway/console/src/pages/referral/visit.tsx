// Contact with the person under a referral that was accepted: booked, came, did not come.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ReferralLine, Visit as VisitWord } from '@api';
import { call } from '../../net/call';
import { options, t } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { Radios, TextField } from '../../ui/form';
import { clock, day } from '../../when';

export function Visit(p: { of: ReferralLine; again: () => void }): JSX.Element {
    const act = useAct();
    const [visit, setVisit] = useState('');
    const [at, setAt] = useState('');
    const isBooked = visit === 'scheduled';
    return (
        <section class="group">
            <h2>{t('来所・訪問を記録する', 'Record contact with the person')}</h2>
            <ActForm
                act={act}
                send={t('記録する', 'Record')}
                isReady={visit !== '' && (!isBooked || at !== '')}
                onSend={(key) =>
                    call(
                        'referral_visit',
                        {
                            ref_id: p.of.ref_id,
                            visit: (visit || 'none') as VisitWord,
                            ...(isBooked ? { at: `${at}:00+09:00` } : {}),
                        },
                        key,
                    )
                }
                onDone={() => {
                    setVisit('');
                    setAt('');
                    p.again();
                }}
            >
                <Radios
                    legend={t('どうなりましたか', 'What happened')}
                    options={options('visit').filter(([w]) => w !== 'none')}
                    value={visit}
                    onValue={setVisit}
                    required
                />
                {isBooked ? (
                    <TextField
                        label={t('予約の日時', 'Booked for')}
                        type="datetime-local"
                        value={at}
                        onValue={setAt}
                        required
                        told={at ? `${day(new Date(`${at}:00+09:00`))} ${clock(new Date(`${at}:00+09:00`))}` : ''}
                    />
                ) : null}
            </ActForm>
        </section>
    );
}
