import { PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import { sendJson, useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { ago, momentInZone } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import { words } from '../../words/security.ts';
import { words as entering } from '../../words/sign-in.ts';
import type { Security as Standing, SignInState } from '../sign-in/asking.ts';
import { askState, enter, sendAuth } from '../sign-in/asking.ts';
import { Failure } from '../sign-in/Entrance.tsx';
import { hasPasskeys, makePasskey } from '../sign-in/passkey.ts';
import { useTrying } from '../sign-in/trying.ts';
import { Authenticator } from './Authenticator.tsx';
import { useChanged } from './changed.ts';
import './security.css';

const useStanding = () =>
  useQuery({
    queryKey: ['security'],
    queryFn: async () => ({
      standing: (await sendJson(undefined, 'GET', '/api/sign-in/security')) as Standing,
      state: await askState(),
    }),
  });

/** How one signs in oneself: passkeys, authenticator, password, sessions. */
export default function Security(): ReactElement {
  const asked = useStanding();
  return (
    <Answer of={asked}>
      {({ standing, state }) => (
        <div className="grid security">
          <Owed state={state} />
          {standing.fresh ? undefined : <p className="note">{words.stale}</p>}
          <Recovery standing={standing} />
          <Passkeys standing={standing} ways={state.ways} />
          <Authenticator standing={standing} />
          <Password standing={standing} />
          <Sessions standing={standing} />
        </div>
      )}
    </Answer>
  );
}

function Owed({ state }: { readonly state: SignInState }): ReactElement | undefined {
  const zone = useZone();
  const owed = state.required.find(({ is }) => is === 'second-factor');
  if (owed === undefined) return undefined;
  const says = owed.by !== null && !owed.held ? words.owed.by(momentInZone(owed.by, zone)) : undefined;
  return (
    <div className="note w" role="status">
      <div>
        <b>{words.owed.title}.</b> {says ?? (owed.by === null ? words.owed.again : words.owed.held)}
        {owed.by === null ? (
          <div style={{ marginTop: 8 }}>
            <Button
              small
              onClick={() => {
                const back = location.pathname + location.search;
                void sendAuth('/sign-out').then(() => enter(`/sign-in?to=${encodeURIComponent(back)}`));
              }}
            >
              {words.owed.signIn}
            </Button>
          </div>
        ) : undefined}
      </div>
    </div>
  );
}

/** For who came by the operator’s link and lost what they had. */
function Recovery({ standing }: { readonly standing: Standing }): ReactElement | undefined {
  const trying = useTrying();
  const changed = useChanged();
  const current = standing.sessions.find((one) => one.current);
  const hasSomething = standing.totp || standing.passkeys.length > 0;
  if (current?.via !== 'link' || !hasSomething) return undefined;
  return (
    <Card title={words.reset.title}>
      <p className="t2">{words.reset.about}</p>
      <Failure of={trying.failure} />
      <Button
        busy={trying.busy}
        onClick={() =>
          void trying.run(async () => {
            await sendJson(undefined, 'POST', '/api/sign-in/second-factor/reset', {});
            await changed();
          })
        }
      >
        {words.reset.forget}
      </Button>
    </Card>
  );
}

function Passkeys({
  standing,
  ways,
}: {
  readonly standing: Standing;
  readonly ways: SignInState['ways'];
}): ReactElement {
  const said = words.passkeys;
  const zone = useZone();
  const changed = useChanged();
  const trying = useTrying();
  const [name, setName] = useState('');
  const [leaving, setLeaving] = useState<{ readonly id: string; readonly name: string }>();
  const because = !hasPasskeys()
    ? entering.signIn.passkeyMissing
    : !ways.passkey
      ? entering.signIn.passkeyElsewhere(ways.passkeyAt)
      : standing.fresh
        ? undefined
        : words.stale;
  const add = (event: FormEvent): void => {
    event.preventDefault();
    if (because !== undefined) return;
    void trying.run(async () => {
      await makePasskey(name.trim() === '' ? said.unnamed : name.trim());
      setName('');
      await changed();
    });
  };
  return (
    <Card title={said.title}>
      <p className="t2">{said.about}</p>
      {standing.passkeys.length === 0 ? (
        <Empty title={said.none}>{said.noneHelp}</Empty>
      ) : (
        <ul className="lines">
          {standing.passkeys.map((one) => (
            <li key={one.id} className="row w sp">
              <span>
                <b>{one.name ?? said.unnamed}</b>{' '}
                <span className="t3">
                  {one.createdAt === null ? '' : said.made(momentInZone(one.createdAt, zone))},{' '}
                  {one.synced ? said.synced : said.bound}
                </span>
              </span>
              <Button
                small
                label={said.removeLabel(one.name ?? said.unnamed)}
                onClick={() => setLeaving({ id: one.id, name: one.name ?? said.unnamed })}
              >
                {said.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form className="inline" onSubmit={add} noValidate>
        <TextInput
          label={said.name}
          description={said.nameHelp}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" filled busy={trying.busy} verdict={{ allowed: because === undefined, because }}>
          {said.add}
        </Button>
      </form>
      <Failure of={trying.failure} />
      <Dialog title={said.removeTitle} open={leaving !== undefined} onClose={() => setLeaving(undefined)}>
        <p className="t2">
          <b>{leaving?.name}</b>. {said.removeHelp}
        </p>
        <div className="row w" style={{ marginTop: 16 }}>
          <Button
            filled
            onClick={() =>
              void trying.run(async () => {
                await sendAuth('/passkey/delete-passkey', { id: leaving?.id });
                setLeaving(undefined);
                await changed();
              })
            }
          >
            {said.remove}
          </Button>
        </div>
      </Dialog>
    </Card>
  );
}

function Password({ standing }: { readonly standing: Standing }): ReactElement {
  const said = words.password;
  const changed = useChanged();
  const trying = useTrying();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [state, setState] = useState<'closed' | 'open' | 'done'>('closed');
  const [missing, setMissing] = useState(false);
  const isLinked = standing.sessions.some((one) => one.current && one.via === 'link');
  const asksCurrent = standing.password && !isLinked;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(true);
    if (password === '' || (asksCurrent && current === '')) return;
    void trying.run(async () => {
      await sendJson(undefined, 'POST', '/api/sign-in/password', { password, ...(asksCurrent ? { current } : {}) });
      setCurrent('');
      setPassword('');
      setMissing(false);
      setState('done');
      await changed();
    });
  };
  return (
    <Card title={said.title}>
      <p className="t2" role="status">
        {state === 'done' ? said.changed : standing.password ? said.has : said.hasNot}
      </p>
      {state === 'open' ? (
        <form className="form" onSubmit={send} noValidate>
          {asksCurrent ? (
            <PasswordInput
              label={said.current}
              autoComplete="current-password"
              value={current}
              onChange={(event) => setCurrent(event.currentTarget.value)}
              error={missing && current === '' ? said.needed : undefined}
            />
          ) : undefined}
          <PasswordInput
            label={said.new}
            description={said.newHelp}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={missing && password === '' ? said.needed : undefined}
          />
          <Failure of={trying.failure} />
          <div className="row w">
            <Button type="submit" filled busy={trying.busy}>
              {standing.password ? said.change : said.set}
            </Button>
          </div>
        </form>
      ) : (
        <div>
          <Button onClick={() => setState('open')}>{standing.password ? said.change : said.set}</Button>
        </div>
      )}
    </Card>
  );
}

/** What a browser says of itself, shortened to what one recognises. */
function browserIn(agent: string | null): string {
  const name = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent ?? '')?.[1];
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(agent ?? '')?.[1];
  const known: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera' };
  if (name === undefined) return words.sessions.agent;
  return [known[name] ?? name, system === 'Mac OS X' ? 'macOS' : system].filter(Boolean).join(', ');
}

function Sessions({ standing }: { readonly standing: Standing }): ReactElement {
  const said = words.sessions;
  const zone = useZone();
  const changed = useChanged();
  const trying = useTrying();
  const end = (session?: string): void =>
    void trying.run(async () => {
      await sendJson(undefined, 'POST', '/api/sign-in/sessions/end', session === undefined ? {} : { session });
      await changed();
    });
  return (
    <Card
      title={said.title}
      aside={
        standing.sessions.length > 1 ? (
          <Button small busy={trying.busy} onClick={() => end()}>
            {said.endOthers}
          </Button>
        ) : undefined
      }
    >
      <p className="t2">{said.about}</p>
      <ul className="lines" aria-label={said.list}>
        {standing.sessions.map((one) => (
          <li key={one.id} className="row w sp">
            <span>
              <b>{browserIn(one.agent)}</b> {one.current ? <span className="chip">{said.here}</span> : undefined}
              <br />
              <span className="t3">
                {said.via(one.via)}, {said.began(momentInZone(one.createdAt, zone))}, {said.used(ago(one.usedAt))}
                {one.address === null ? '' : `, ${one.address}`}
              </span>
            </span>
            {one.current ? undefined : (
              <Button small label={said.endLabel(browserIn(one.agent))} busy={trying.busy} onClick={() => end(one.id)}>
                {said.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Failure of={trying.failure} />
    </Card>
  );
}
