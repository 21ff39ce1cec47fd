// The roles somebody is given; what services are among each other nobody is.
import type { JSX } from 'preact';
import { options, t } from '../../text';
import { Checks } from '../../ui/form';

export function RoleChecks(p: { value: readonly string[]; onValue: (roles: string[]) => void }): JSX.Element {
    return <Checks {...p} legend={t('役割', 'Roles')} options={options('role').filter(([w]) => w !== 'service')} required />;
}
