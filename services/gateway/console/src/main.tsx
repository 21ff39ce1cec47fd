// The console of the gateway: what workers, coordinators, auditors and administrators look at.
import { render } from 'preact';
import './style/tokens.css';
import './style/base.css';
import './style/parts.css';
import './style/pages.css';
import './style/pick.css';
import './style/forms.css';
import './style/shell.css';
import { App } from './shell/app';
import { language } from './text';
import { applyTheme } from './shell/theme';
import { keepFocus } from './ui/focus';

document.documentElement.lang = language.value;
applyTheme();
keepFocus();
const root = document.getElementById('app');
if (root) render(<App />, root);
