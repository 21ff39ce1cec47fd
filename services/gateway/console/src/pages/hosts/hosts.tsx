// Agencies' own systems, and the log of who signed in.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t, word } from '../../text';
import { AgencyName } from '../../ui/agency';
import { TextField } from '../../ui/form';
import { Show, useCall } from '../../ui/load';
import { Moment } from '../../ui/moment';
import { Table } from '../../ui/table';

const MOST = 100;

/** The log, latest first; of one account when its name is given. */
function Log(): JSX.Element {
    const [user, setUser] = useState('');
    const log = useCall('sign_in_list', { limit: MOST, ...(user.trim() ? { user: user.trim() } : {}) });
    return (
        <>
            <h2>{t('サインインの記録', 'Sign-in log')}</h2>
            <TextField
                label={t('利用者名でさがす', 'Of one user')}
                type="search"
                value={user}
                onValue={setUser}
                hint={t(`新しいものから ${MOST}件。名前は最後まで入れてください`, `The latest ${MOST}; type the whole name`)}
            />
            <Show of={log}>
                {(a) => (
                    <Table
                        caption={t('サインインの記録', 'Sign-in log')}
                        rows={a.attempts}
                        rowKey={(l) => l.at + l.user}
                        empty={t('まだありません。', 'None.')}
                        columns={[
                            { name: t('日時', 'When'), cell: (l) => <Moment at={l.at} short /> },
                            { name: t('利用者', 'User'), cell: (l) => l.user },
                            { name: t('結果', 'Outcome'), cell: (l) => word('sign_in_outcome', l.outcome) },
                        ]}
                    />
                )}
            </Show>
        </>
    );
}

export default function Hosts(): JSX.Element {
    const hosts = useCall('host_list', {});
    return (
        <>
            <h1>{t('機関システムとサインイン', 'Systems and sign-ins')}</h1>
            <h2>{t('機関システム', 'Agencies’ own systems')}</h2>
            <Show of={hosts}>
                {(a) => (
                    <Table
                        caption={t('機関システム', 'Agencies’ own systems')}
                        rows={a.hosts}
                        rowKey={(h) => h.name + h.key_id}
                        empty={t('登録されていません。', 'None.')}
                        columns={[
                            { name: t('名前', 'Name'), cell: (h) => h.name },
                            { name: t('機関', 'Agency'), cell: (h) => <AgencyName code={h.agency} /> },
                            { name: t('署名鍵', 'Signing key'), cell: (h) => <code>{h.key_id}</code> },
                            { name: t('有効期限', 'Valid until'), cell: (h) => <Moment at={h.until} dateOnly /> },
                            { name: t('最後の要求', 'Last asked'), cell: (h) => <Moment at={h.last_seen} short /> },
                        ]}
                    />
                )}
            </Show>
            <Log />
        </>
    );
}
