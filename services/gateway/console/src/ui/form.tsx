// Fields of a form: each has a visible name, says whether it must be filled, and its fault stands beside it and is read out with it.
import type { ComponentChildren, InputHTMLAttributes, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../text';

interface Common {
    label: string;
    value: string;
    onValue: (value: string) => void;
    hint?: string;
    fault?: string | undefined;
    required?: boolean;
    disabled?: boolean;
    name?: string;
    /** What was made of it, said as it is written. */
    told?: string;
}

interface Frame {
    id: string;
    described: string | undefined;
}

/** Name, hint and fault around a control. */
function Framed(p: { of: Omit<Common, 'value' | 'onValue'>; children: (f: Frame) => ComponentChildren }): JSX.Element {
    const id = useId();
    const { label, hint, fault, required, told } = p.of;
    const described =
        [hint ? `${id}-hint` : '', told !== undefined ? `${id}-told` : '', fault ? `${id}-fault` : ''].filter(Boolean).join(' ') ||
        undefined;
    return (
        <div class={fault ? 'field is-wrong' : 'field'}>
            <label for={id}>
                {label}
                {required ? <span class="must">{t('必須', 'required')}</span> : null}
            </label>
            {hint ? (
                <p id={`${id}-hint`} class="hint">
                    {hint}
                </p>
            ) : null}
            {p.children({ id, described })}
            {told !== undefined ? (
                <p id={`${id}-told`} class="told" role="status">
                    {told}
                </p>
            ) : null}
            {fault ? (
                <p id={`${id}-fault`} class="fault">
                    {fault}
                </p>
            ) : null}
        </div>
    );
}

/** What every control says of itself. */
function controlOf(
    p: Common,
    f: Frame,
): Pick<InputHTMLAttributes, 'id' | 'name' | 'required' | 'disabled' | 'aria-describedby' | 'aria-invalid'> {
    return {
        id: f.id,
        name: p.name,
        required: p.required,
        disabled: p.disabled,
        'aria-describedby': f.described,
        'aria-invalid': p.fault ? true : undefined,
    };
}

type InputKind = 'text' | 'password' | 'date' | 'datetime-local' | 'tel' | 'search' | 'number';

/** What an input method tells while something is written with it. */
export interface Composing {
    onUpdate: (text: string) => void;
    onEnd: (text: string, whole: string) => void;
}

export function TextField(
    p: Common & {
        type?: InputKind;
        autocomplete?: string;
        inputMode?: 'numeric' | 'tel' | 'text';
        maxLength?: number;
        wide?: boolean;
        composing?: Composing;
        onLeave?: () => void;
    },
): JSX.Element {
    return (
        <Framed of={p}>
            {(f) => (
                <input
                    {...controlOf(p, f)}
                    type={(p.type ?? 'text') as 'text'}
                    value={p.value}
                    autocomplete={p.autocomplete ?? 'off'}
                    inputMode={p.inputMode}
                    maxLength={p.maxLength}
                    class={p.wide ? 'wide' : undefined}
                    onInput={(e) => p.onValue(e.currentTarget.value)}
                    onBlur={p.onLeave}
                    onCompositionUpdate={p.composing ? (e) => p.composing?.onUpdate(e.data) : undefined}
                    onCompositionEnd={p.composing ? (e) => p.composing?.onEnd(e.data, e.currentTarget.value) : undefined}
                />
            )}
        </Framed>
    );
}

export function TextArea(p: Common & { rows?: number; maxLength?: number }): JSX.Element {
    return (
        <Framed of={p}>
            {(f) => (
                <textarea
                    {...controlOf(p, f)}
                    rows={p.rows ?? 5}
                    maxLength={p.maxLength}
                    value={p.value}
                    onInput={(e) => p.onValue(e.currentTarget.value)}
                />
            )}
        </Framed>
    );
}

export function Select(p: Common & { options: readonly (readonly [string, string])[]; empty?: string }): JSX.Element {
    return (
        <Framed of={p}>
            {(f) => (
                <select {...controlOf(p, f)} value={p.value} onChange={(e) => p.onValue(e.currentTarget.value)}>
                    {p.empty !== undefined ? <option value="">{p.empty}</option> : null}
                    {p.options.map(([value, label]) => (
                        <option key={value} value={value}>
                            {label}
                        </option>
                    ))}
                </select>
            )}
        </Framed>
    );
}

interface Set {
    legend: string;
    options: readonly (readonly [string, string])[];
    hint?: string;
    fault?: string | undefined;
    required?: boolean;
}

/** The frame of a list to choose from: its name, hint and fault around one control a word. */
function Choices(p: Set & { control: (word: string, group: string) => JSX.Element }): JSX.Element {
    const id = useId();
    return (
        <fieldset class={p.fault ? 'field is-wrong' : 'field'} aria-describedby={p.fault ? `${id}-fault` : undefined}>
            <legend>
                {p.legend}
                {p.required ? <span class="must">{t('必須', 'required')}</span> : null}
            </legend>
            {p.hint ? <p class="hint">{p.hint}</p> : null}
            <div class="choices">
                {p.options.map(([w, label]) => (
                    <label key={w} class="choice">
                        {p.control(w, id)}
                        <span>{label}</span>
                    </label>
                ))}
            </div>
            {p.fault ? (
                <p id={`${id}-fault`} class="fault">
                    {p.fault}
                </p>
            ) : null}
        </fieldset>
    );
}

/** Several of a list. */
export function Checks(p: Set & { value: readonly string[]; onValue: (value: string[]) => void }): JSX.Element {
    const toggle = (w: string): void => p.onValue(p.value.includes(w) ? p.value.filter((x) => x !== w) : [...p.value, w]);
    return <Choices {...p} control={(w) => <input type="checkbox" checked={p.value.includes(w)} onChange={() => toggle(w)} />} />;
}

/** One of a list. */
export function Radios(p: Set & { value: string; onValue: (value: string) => void }): JSX.Element {
    return (
        <Choices
            {...p}
            control={(w, group) => (
                <input type="radio" name={group} value={w} checked={p.value === w} required={p.required} onChange={() => p.onValue(w)} />
            )}
        />
    );
}
