// How it looks: as the device says, or as somebody chose; high contrast is a theme of its own.
import { signal } from '@preact/signals';

export type Theme = 'light' | 'contrast';

const KEPT = 'kashimaru.theme';

export const theme = signal<Theme>(
    (localStorage.getItem(KEPT) as Theme | null) ?? (matchMedia('(prefers-contrast: more)').matches ? 'contrast' : 'light'),
);

export function applyTheme(next: Theme = theme.value): void {
    theme.value = next;
    document.documentElement.dataset['theme'] = next;
}

export function choose(next: Theme): void {
    localStorage.setItem(KEPT, next);
    applyTheme(next);
}
