// Nobody sees anything before they are known; where a session ended by itself, what is on the page stays behind a lock.
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { deafen, listen } from '../net/live';
import { isOver, who } from '../net/session';
import { here } from '../route';
import { SignIn } from '../pages/sign-in/sign-in';
import { Enrol } from '../pages/sign-in/enrol';
import { Frame } from './frame';
import { Idle } from './idle';
import { Lock } from './lock';
import { Page } from './pages';

export function App(): JSX.Element {
    const isIn = who.value !== null && !isOver.value;
    useEffect(() => {
        if (!isIn) return undefined;
        void listen();
        return deafen;
    }, [isIn]);
    if (here.value === 'enrol') return <Enrol />;
    if (!who.value) return <SignIn />;
    return (
        <>
            <Frame isHidden={isOver.value}>
                <Page path={here.value} />
            </Frame>
            <Idle />
            <Lock />
        </>
    );
}
