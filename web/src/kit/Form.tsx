import { Refusal } from '@countersign/core/kernel/refusal.ts';
import { useBlocker } from '@tanstack/react-router';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import type { Verdict } from '../api/allowed.ts';
import { words } from '../words/kit.ts';
import { Button } from './Button.tsx';
import { FaultState, RefusalNote } from './states.tsx';

/** What a form holds: texts by field, as typed. */
export type Draft = Readonly<Record<string, string>>;

export interface FormState<D extends Draft> {
  readonly values: D;
  readonly errors: Readonly<Partial<Record<keyof D, string>>>;
  /** Properties for a Mantine input: value, change, error, and the check on leaving the field. */
  field<K extends keyof D & string>(
    name: K,
  ): {
    readonly value: string;
    readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
    readonly onBlur: () => void;
    readonly error: string | undefined;
    readonly name: string;
  };
  set(patch: Partial<D>): void;
  /** Checks all fields, then does `send`; a refusal that names a field is shown at it. */
  submit(send: (values: D) => Promise<unknown>): (event?: FormEvent) => void;
  reset(): void;
  readonly isDirty: boolean;
  readonly isSending: boolean;
  /** What the last try was refused with or failed by. */
  readonly failure: unknown;
  readonly restored: boolean;
}

export type Rules<D extends Draft> = { readonly [K in keyof D]?: (value: string, all: D) => string | undefined };

export const required = (value: string): string | undefined => (value.trim() === '' ? words.form.required : undefined);

const kept = (key: string): Draft | undefined => {
  try {
    const text = sessionStorage.getItem(key);
    const read: unknown = text === null ? undefined : JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Draft) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * A form’s state: validated on leaving a field and on submit, kept over a reload under `key` until it is sent, and asking before
 * it is left unsaved. Give no `key` where what is typed is secret: then nothing is kept.
 */
export function useForm<D extends Draft>(initial: D, rules: Rules<D> = {}, key?: string): FormState<D> {
  const storage = key === undefined ? undefined : `countersign.form.${key}`;
  const before = useRef(storage === undefined ? undefined : kept(storage));
  const [values, setValues] = useState<D>({ ...initial, ...before.current });
  const [errors, setErrors] = useState<Partial<Record<keyof D, string>>>({});
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [isDirty, setDirty] = useState(before.current !== undefined);

  useEffect(() => {
    if (storage !== undefined && isDirty) sessionStorage.setItem(storage, JSON.stringify(values));
  }, [storage, values, isDirty]);

  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty && !isSending && current.pathname !== next.pathname && !window.confirm(words.form.unsaved),
    enableBeforeUnload: () => isDirty && storage === undefined && !isSending,
  });

  const check = (name: keyof D, all: D): string | undefined => rules[name]?.(all[name] ?? '', all);
  const clean = (): void => {
    setDirty(false);
    if (storage !== undefined) sessionStorage.removeItem(storage);
  };

  return {
    values,
    errors,
    isDirty,
    isSending,
    failure,
    restored: before.current !== undefined && isDirty,
    field: (name) => ({
      name,
      value: values[name] ?? '',
      error: errors[name],
      onChange: (event) => {
        const { value } = event.currentTarget;
        setDirty(true);
        setValues((all) => ({ ...all, [name]: value }));
        if (errors[name] !== undefined) setErrors((all) => ({ ...all, [name]: undefined }));
      },
      onBlur: () => setErrors((all) => ({ ...all, [name]: check(name, values) })),
    }),
    set: (patch) => {
      setDirty(true);
      setValues((all) => ({ ...all, ...patch }));
    },
    submit: (send) => (event) => {
      event?.preventDefault();
      if (isSending) return;
      const found = Object.fromEntries(
        Object.keys(values).flatMap((name) => {
          const wrong = check(name, values);
          return wrong === undefined ? [] : [[name, wrong] as const];
        }),
      ) as Partial<Record<keyof D, string>>;
      setErrors(found);
      if (Object.keys(found).length > 0) return;
      setSending(true);
      setFailure(undefined);
      send(values).then(
        () => {
          setSending(false);
          clean();
        },
        (error: unknown) => {
          setSending(false);
          const at = error instanceof Refusal ? error.path?.[0] : undefined;
          if (error instanceof Refusal && typeof at === 'string' && at in values)
            setErrors({ [at]: error.message } as Partial<Record<keyof D, string>>);
          else setFailure(error);
        },
      );
    },
    reset: () => {
      setValues(initial);
      setErrors({});
      setFailure(undefined);
      clean();
    },
  };
}

/** One column, labels above, one explicit button; what went wrong stands above it. */
export function Form<D extends Draft>({
  state,
  send,
  submit = words.form.save,
  verdict,
  children,
  cancel,
}: {
  readonly state: FormState<D>;
  readonly send: (values: D) => Promise<unknown>;
  readonly submit?: string;
  readonly verdict?: Verdict;
  readonly children: ReactNode;
  readonly cancel?: () => void;
}): ReactElement {
  const id = useId();
  return (
    <form id={id} className="form" onSubmit={state.submit(send)} noValidate>
      {state.restored ? (
        <p className="note" role="status">
          {words.form.restored}{' '}
          <button type="button" className="lnk" onClick={state.reset}>
            {words.form.discard}
          </button>
        </p>
      ) : undefined}
      {children}
      {state.failure === undefined ? undefined : state.failure instanceof Refusal ? (
        <>
          <RefusalNote error={state.failure} />
          {state.failure.code === 'record.conflict' ? <p className="hint">{words.form.conflict}</p> : undefined}
        </>
      ) : (
        <FaultState error={state.failure} />
      )}
      <div className="row w">
        <Button type="submit" filled busy={state.isSending} {...(verdict === undefined ? {} : { verdict })}>
          {submit}
        </Button>
        {cancel === undefined ? undefined : <Button onClick={cancel}>{words.form.cancel}</Button>}
      </div>
    </form>
  );
}
