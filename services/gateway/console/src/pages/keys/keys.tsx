// The state of the keys. Nobody sees a key here; one is only moved on.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { t } from '../../text';
import { ActForm, useAct } from '../../ui/act';
import { AgencyPick } from '../../ui/agency-picker';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Facts } from '../../ui/table';

function Rotate(p: { again: () => void }): JSX.Element {
    const act = useAct();
    const [agency, setAgency] = useState('');
    return (
        <section class="group">
            <h2>{t('機関の鍵を更新する', 'Rotate an agency’s key')}</h2>
            <ActForm
                act={act}
                send={t('更新する', 'Rotate')}
                isReady={agency !== ''}
                onDone={p.again}
                onSend={(key) => call('key_rotate', { agency }, key)}
            >
                <AgencyPick label={t('機関', 'Agency')} value={agency} onValue={setAgency} required />
            </ActForm>
        </section>
    );
}

export default function Keys(): JSX.Element {
    const status = useCall('key_status', {});
    return (
        <>
            <h1>{t('鍵の状態', 'Keys')}</h1>
            <Show of={status}>
                {(k) => (
                    <>
                        {!k.has_escrow ? (
                            <Notice
                                tone="bad"
                                live={false}
                                title={t(
                                    '市の預託鍵がありません。事故のときにケースを開けなくなります。',
                                    'There is no escrow key: after an accident no case could be opened.',
                                )}
                            />
                        ) : null}
                        {k.without_escrow ? (
                            <Notice
                                tone="warn"
                                live={false}
                                title={t(
                                    `預託されていないケースの鍵が ${k.without_escrow} あります。`,
                                    `${k.without_escrow} case keys are not in escrow.`,
                                )}
                            />
                        ) : null}
                        <Facts
                            of={[
                                [t('ケース', 'Cases'), k.cases.toLocaleString()],
                                [t('ケースの鍵（世代）', 'Case keys (epochs)'), k.epochs.toLocaleString()],
                                [t('包まれた鍵', 'Wraps'), k.wraps.toLocaleString()],
                                [t('鍵を持つ機関', 'Agencies with a key'), k.agencies.toLocaleString()],
                                [t('預託鍵', 'Escrow key'), <Moment at={k.escrow_since} dateOnly />],
                                [t('最も古い機関の鍵', 'Oldest agency key'), <Moment at={k.oldest_agency_key} dateOnly />],
                            ]}
                        />
                    </>
                )}
            </Show>
            {who.value?.role === 'administrator' ? <Rotate again={status.again} /> : null}
        </>
    );
}
