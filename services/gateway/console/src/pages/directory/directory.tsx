// The directory, for whoever keeps it: agencies and programmes by form, the rest to be read, and whole catalogues from their files.
import type { JSX } from 'preact';
import { t } from '../../text';
import { Link } from '../../ui/button';
import { Tabs } from '../../ui/tabs';
import { BasesTable, NeedsTable, Programmes } from './tables';
import { Upload } from './upload';

function Agencies(): JSX.Element {
    return (
        <>
            <p>
                {t(
                    '機関をさがして開くと、「変更する」が出ます。名簿にない機関は「機関を加える」から登録します。',
                    'Find an agency and open it to change it; one that is not there yet is added.',
                )}
            </p>
            <p class="acts">
                <Link class="button is-main" to="agencies">
                    {t('変更する機関をさがす', 'Find the agency to change')}
                </Link>
                <Link class="button" to="directory/agency">
                    {t('機関を加える', 'Add an agency')}
                </Link>
            </p>
        </>
    );
}

export default function Directory(): JSX.Element {
    return (
        <>
            <h1>{t('名簿の登録', 'Keep the directory')}</h1>
            <p>
                {t(
                    '名簿は、すべての機関のつなぎ先の候補と画面に使われます。登録の前に、変わるところをかならず表示します。',
                    'Every agency’s candidates and pages come from the directory. What changes is always shown first.',
                )}
            </p>
            <Tabs
                label={t('名簿', 'The directory')}
                tabs={[
                    { name: 'agencies', title: t('機関', 'Agencies'), body: () => <Agencies /> },
                    { name: 'programmes', title: t('事業', 'Programmes'), body: () => <Programmes /> },
                    { name: 'needs', title: t('課題と法定の受け手', 'Needs'), body: () => <NeedsTable /> },
                    { name: 'bases', title: t('提供の根拠', 'Grounds'), body: () => <BasesTable /> },
                    { name: 'upload', title: t('ファイルから登録', 'From a file'), body: () => <Upload /> },
                ]}
            />
        </>
    );
}
