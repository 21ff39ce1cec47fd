// The state of the keys. Nobody sees a key here; one is only moved on.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../../net/call';
import { who } from '../../net/session';
import { t } from '../../text';
import { AgencyName } from '../../ui/agency';
import { AgencyPick } from '../../ui/agency-picker';
import { Button } from '../../ui/button';
import { Ask } from '../../ui/dialog';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Facts } from '../../ui/table';

function Rotate(p: { again: () => void }): JSX.Element {
    const [agency, setAgency] = useState('');
    const [isAsked, setAsked] = useState(false);
    const [isTried, setTried] = useState(false);
    const [done, setDone] = useState('');
    return (
        <section class="group">
            <h2>{t('機関の鍵を更新する', 'Rotate an agency’s key')}</h2>
            <p>
                {t(
                    '鍵が漏れたおそれがあるときや、決めた時期に行います。画面の使い方は変わりません。',
                    'When a key may have leaked, or at its time. Nothing changes for who works with the pages.',
                )}
            </p>
            {done ? (
                <Notice tone="good">
                    <p>
                        <AgencyName code={done} />
                        {t('の鍵を更新しました。', ': the key is rotated.')}
                    </p>
                </Notice>
            ) : null}
            <form
                noValidate
                onSubmit={(e) => {
                    e.preventDefault();
                    setTried(true);
                    setAsked(agency !== '');
                }}
            >
                <AgencyPick
                    label={t('機関', 'Agency')}
                    value={agency}
                    onValue={setAgency}
                    required
                    fault={isTried && !agency ? t('機関を選んでください', 'Choose an agency') : undefined}
                />
                <p class="acts">
                    <Button type="submit" weight="main">
                        {t('更新する', 'Rotate')}
                    </Button>
                </p>
            </form>
            {isAsked ? (
                <Ask
                    title={t('この機関の鍵を更新しますか', 'Rotate this agency’s key?')}
                    yes={t('更新する', 'Rotate')}
                    onClose={() => setAsked(false)}
                    onYes={(key) => call('key_rotate', { agency }, key)}
                    onDone={() => {
                        setAsked(false);
                        setDone(agency);
                        setAgency('');
                        setTried(false);
                        p.again();
                    }}
                >
                    <p>
                        <strong>
                            <AgencyName code={agency} />
                        </strong>
                    </p>
                    <p>
                        {t(
                            'これから渡す分には新しい鍵を使います。いままでに渡した分は、前の鍵でこれまでどおり開けます。取り消せません。',
                            'From now on the new key is used; what was given before still opens with the old one. It cannot be taken back.',
                        )}
                    </p>
                </Ask>
            ) : null}
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
