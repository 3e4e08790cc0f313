import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useZone } from '../api/session.ts';
import { clocksIn } from '../kit/clocks.ts';
import { day, moment } from '../kit/format.ts';
import { Popup } from '../kit/Popup.tsx';
import { dateIn, presets } from '../kit/dates.ts';
import { words } from '../words/kit.ts';

const shown = (text: string, zone: string): string => (text.includes('T') ? moment(text, zone) : day(text));

/** Sets the clocks of the address; undefined is now. */
export function useSetClocks(): (clocks: {
  readonly asOf?: string | undefined;
  readonly knownAt?: string | undefined;
}) => void {
  const navigate = useNavigate();
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  return ({ asOf, knownAt }) => {
    const { asOf: _a, knownAt: _k, ...rest } = search;
    void navigate({
      to: '.',
      search: { ...rest, ...(asOf === undefined ? {} : { asOf }), ...(knownAt === undefined ? {} : { knownAt }) },
    });
  };
}

/** The pill at the top: two fields, True on and Known by, and presets. Violet where either is set. */
export function AsOf({
  open,
  onOpen,
}: {
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}): ReactElement {
  const zone = useZone();
  const clocks = clocksIn(useSearch({ strict: false }));
  const set = useSetClocks();
  const isSet = clocks.asOf !== undefined || clocks.knownAt !== undefined;
  return (
    <Popup
      className={isSet ? 'asof set' : 'asof'}
      label={words.asOf.title}
      title={words.asOf.clocks}
      side="end"
      open={open}
      onOpen={onOpen}
      button={
        <>
          <span>
            <i className={isSet ? 'clk t' : 'clk t off'} />
            <i>{clocks.asOf === undefined ? words.true : words.trueOn}</i>{' '}
            <b>{clocks.asOf === undefined ? words.now : shown(clocks.asOf, zone)}</b>
          </span>
          <span className="hd">
            <i className={isSet ? 'clk k' : 'clk k off'} />
            <i>{clocks.knownAt === undefined ? words.known : words.knownBy}</i>{' '}
            <b>{clocks.knownAt === undefined ? words.now : shown(clocks.knownAt, zone)}</b>
          </span>
        </>
      }
    >
      {open ? <Fields clocks={clocks} zone={zone} set={set} close={() => onOpen(false)} /> : undefined}
    </Popup>
  );
}

function Fields({
  clocks,
  zone,
  set,
  close,
}: {
  readonly clocks: { readonly asOf: string | undefined; readonly knownAt: string | undefined };
  readonly zone: string;
  readonly set: ReturnType<typeof useSetClocks>;
  readonly close: () => void;
}): ReactElement {
  const [asOf, setAsOf] = useState(clocks.asOf ?? '');
  const [knownAt, setKnownAt] = useState(clocks.knownAt ?? '');
  const [wrong, setWrong] = useState<'asOf' | 'knownAt'>();
  const go = (): void => {
    const [a, k] = [dateIn(asOf), dateIn(knownAt)];
    if (asOf.trim() !== '' && a === undefined) return setWrong('asOf');
    if (knownAt.trim() !== '' && k === undefined) return setWrong('knownAt');
    set({ asOf: a, knownAt: k });
    close();
  };
  const field = (
    name: 'asOf' | 'knownAt',
    label: string,
    value: string,
    change: (text: string) => void,
  ): ReactElement => (
    <div className="field">
      <label htmlFor={`clock-${name}`}>{label}</label>
      <input
        id={`clock-${name}`}
        className="inp"
        value={value}
        placeholder=""
        aria-invalid={wrong === name}
        aria-describedby={wrong === name ? 'clock-wrong' : 'clock-help'}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {wrong === name ? (
        <p className="hint bad" id="clock-wrong">
          {words.asOf.invalid}
        </p>
      ) : undefined}
    </div>
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <h2>{words.asOf.title}</h2>
      {field('asOf', words.trueOn, asOf, setAsOf)}
      {field('knownAt', words.knownBy, knownAt, setKnownAt)}
      <p className="hint" id="clock-help">
        {words.asOf.help} {zone}
      </p>
      <div className="row w" role="group" aria-label={words.asOf.presets} style={{ gap: 6 }}>
        {presets(Date.now()).map(({ label, date }) => (
          <button key={label} type="button" className="chip f" onClick={() => setAsOf(date)}>
            {label}
          </button>
        ))}
      </div>
      <div className="row w">
        <button type="submit" className="btn p">
          {words.asOf.set}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() => {
            set({});
            close();
          }}
        >
          {words.asOf.back}
        </button>
      </div>
    </form>
  );
}

/** Says, while another time is shown, that it is and what that means. */
export function TimeBanner(): ReactElement | undefined {
  const zone = useZone();
  const clocks = clocksIn(useSearch({ strict: false }));
  const set = useSetClocks();
  const { asOf, knownAt } = clocks;
  if (asOf === undefined && knownAt === undefined) return undefined;
  return (
    <div className="tbanner" role="status">
      <i className="clk t" />
      <span>
        {words.asOf.looking('')}
        <b>{asOf === undefined ? words.now : shown(asOf, zone)}</b>,{' '}
        {knownAt === undefined ? words.asOf.withAll : words.asOf.withThen(shown(knownAt, zone))}
      </span>
      <span className="acts">
        {knownAt === undefined ? (
          <button type="button" onClick={() => set({ asOf, knownAt: asOf })}>
            {words.asOf.knownThen}
          </button>
        ) : (
          <button type="button" onClick={() => set({ asOf })}>
            {words.asOf.knownNow}
          </button>
        )}
        <button type="button" onClick={() => set({})}>
          {words.asOf.back}
        </button>
      </span>
    </div>
  );
}
