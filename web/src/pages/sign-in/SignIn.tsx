import { PasswordInput, TextInput } from '@mantine/core';
import type { FormEvent, ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { sendJson } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Loading } from '../../kit/states.tsx';
import { words } from '../../words/sign-in.ts';
import type { SignInState } from './asking.ts';
import { enter, pathOfOurs, sendAuth, useSignInState } from './asking.ts';
import { Entrance, Failure, Key } from './Entrance.tsx';
import { hasPasskeys, signInByPasskey } from './passkey.ts';
import { useTrying } from './trying.ts';

type Step = 'password' | 'code' | 'backup' | 'sso';
const said = words.signIn;

const isError = (name: string | null): name is keyof typeof said.errors => name !== null && name in said.errors;

/** Passkey first; password and code; the identity provider by the domain of one’s address. */
export default function SignIn(): ReactElement {
  const state = useSignInState();
  const asked = new URLSearchParams(location.search);
  const to = pathOfOurs(asked.get('to'));
  const came = asked.get('error');
  const isIn = state.data !== undefined && state.data.user !== null;
  const isSomebody = isIn && (state.data.memberships.length > 0 || state.data.begins);
  useEffect(() => {
    if (isSomebody && came === null) enter(to);
  }, [isSomebody, came, to]);

  return (
    <Entrance title={said.title} heading={said.heading} sub={location.host}>
      {isError(came) ? (
        <p className="note r" role="alert">
          {said.errors[came]}
        </p>
      ) : undefined}
      {state.isError ? (
        <Failure of={state.error} />
      ) : state.data === undefined ? (
        <Loading rows={4} />
      ) : isIn && !isSomebody ? (
        <Nowhere state={state.data} />
      ) : (
        <Ways ways={state.data.ways} to={to} />
      )}
    </Entrance>
  );
}

function Nowhere({ state }: { readonly state: SignInState }): ReactElement {
  return (
    <>
      <p className="note" role="status">
        <span>
          <b>{said.signedIn(state.user?.name ?? '')}.</b> {said.nowhere}
        </span>
      </p>
      <Button onClick={() => void sendAuth('/sign-out').then(() => enter('/sign-in'))}>{said.signOut}</Button>
    </>
  );
}

function Ways({ ways, to }: { readonly ways: SignInState['ways']; readonly to: string }): ReactElement {
  const [step, setStep] = useState<Step>('password');
  const [email, setEmail] = useState('');
  const trying = useTrying();
  const go = (next: Step): void => {
    trying.clear();
    setStep(next);
  };
  if (step === 'code' || step === 'backup') return <Code key={step} isBackup={step === 'backup'} to={to} go={go} />;
  if (step === 'sso') return <Sso email={email} setEmail={setEmail} to={to} go={go} />;

  const because = !hasPasskeys()
    ? said.passkeyMissing
    : ways.passkey
      ? undefined
      : said.passkeyElsewhere(ways.passkeyAt);
  return (
    <>
      <Button
        filled
        busy={trying.busy}
        verdict={{ allowed: because === undefined, because }}
        onClick={() => void trying.run(signInByPasskey).then((done) => (done ? enter(to) : undefined))}
      >
        <Key /> {said.passkey}
      </Button>
      <Failure of={trying.failure} />
      <div className="or">{said.or}</div>
      <Password email={email} setEmail={setEmail} to={to} go={go} />
      {ways.sso ? (
        <p className="s2 t2">
          {said.ssoAsk}{' '}
          <button type="button" className="lnk" onClick={() => go('sso')}>
            {said.sso}
          </button>
        </p>
      ) : undefined}
    </>
  );
}

interface Part {
  readonly to: string;
  readonly go: (step: Step) => void;
}

function Password({
  email,
  setEmail,
  to,
  go,
}: Part & { readonly email: string; readonly setEmail: (text: string) => void }): ReactElement {
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const trying = useTrying();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(true);
    if (email === '' || password === '') return;
    void trying.run(async () => {
      const { secondFactor } = (await sendAuth('/sign-in/email', { email, password })) as { secondFactor: boolean };
      if (secondFactor) go('code');
      else enter(to);
    });
  };
  return (
    <form onSubmit={send} noValidate>
      <TextInput
        label={said.email}
        type="email"
        autoComplete="username webauthn"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={missing && email === '' ? said.needed.email : undefined}
      />
      <PasswordInput
        label={said.password}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={missing && password === '' ? said.needed.password : undefined}
      />
      <Failure of={trying.failure} />
      <Button type="submit" busy={trying.busy}>
        {said.submit}
      </Button>
      <details>
        <summary>{said.forgotten}</summary>
        <p className="s2 t2">{said.forgottenHelp}</p>
      </details>
    </form>
  );
}

function Code({ isBackup, to, go }: Part & { readonly isBackup: boolean }): ReactElement {
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const trying = useTrying();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(true);
    if (code.trim() === '') return;
    const path = isBackup ? '/two-factor/verify-backup-code' : '/two-factor/verify-totp';
    void trying
      .run(() => sendAuth(path, { code: isBackup ? code.trim() : code.replace(/\s/g, '') }))
      .then((done) => (done ? enter(to) : undefined));
  };
  return (
    <form onSubmit={send} noValidate>
      <TextInput
        className="digits"
        label={isBackup ? said.backup : said.code}
        description={isBackup ? said.backupHelp : said.codeHelp}
        inputMode={isBackup ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        data-autofocus
        autoFocus
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={missing && code.trim() === '' ? said.needed.code : undefined}
      />
      <Failure of={trying.failure} />
      <Button type="submit" filled busy={trying.busy}>
        {said.submit}
      </Button>
      <div className="row w sp">
        <button type="button" className="lnk" onClick={() => go(isBackup ? 'code' : 'backup')}>
          {isBackup ? said.useCode : said.useBackup}
        </button>
        <button type="button" className="lnk" onClick={() => go('password')}>
          {said.back}
        </button>
      </div>
    </form>
  );
}

function Sso({
  email,
  setEmail,
  to,
  go,
}: Part & { readonly email: string; readonly setEmail: (text: string) => void }): ReactElement {
  const [missing, setMissing] = useState(false);
  const trying = useTrying();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(true);
    if (email === '') return;
    void trying.run(async () => {
      const { url } = (await sendJson(undefined, 'POST', '/api/sign-in/sso', { email, to })) as { url: string };
      location.assign(url);
    });
  };
  return (
    <form onSubmit={send} noValidate>
      <TextInput
        label={said.email}
        description={said.ssoHelp}
        type="email"
        autoComplete="username"
        autoFocus
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={missing && email === '' ? said.needed.email : undefined}
      />
      <Failure of={trying.failure} />
      <Button type="submit" filled busy={trying.busy}>
        {said.continue}
      </Button>
      <button type="button" className="lnk" onClick={() => go('password')}>
        {said.noSso}
      </button>
    </form>
  );
}
