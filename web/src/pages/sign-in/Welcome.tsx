import { PasswordInput, TextInput } from '@mantine/core';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import { useQuery } from '@tanstack/react-query';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import { sendJson } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Empty, FaultState, Loading } from '../../kit/states.tsx';
import { words } from '../../words/sign-in.ts';
import type { Link } from './asking.ts';
import { enter, useSignInState } from './asking.ts';
import { Entrance, Failure, Key } from './Entrance.tsx';
import { hasPasskeys, isDismissed, makePasskey } from './passkey.ts';
import { useTrying } from './trying.ts';

const said = words.welcome;

interface Redeemed {
  readonly organisation: string | null;
}

/** Where a link leads: the first owner’s, an invitation, or one of the operator’s. */
export default function Welcome(): ReactElement {
  const token = new URLSearchParams(location.search).get('token') ?? '';
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: async () => (await sendJson(undefined, 'POST', '/api/sign-in/link', { token })) as Link,
    enabled: token !== '',
    retry: false,
    // It is read once: after it was used it leads nowhere.
    staleTime: Infinity,
  });
  if (token === '') return <Gone title={said.noToken} help={said.noTokenHelp} />;
  if (link.error instanceof Refusal && link.error.family === 'missing')
    return <Gone title={said.gone} help={said.goneHelp} />;
  if (link.data === undefined)
    return (
      <Entrance title={said.title} heading={said.title}>
        {link.isError ? <FaultState error={link.error} retry={() => void link.refetch()} /> : <Loading rows={4} />}
      </Entrance>
    );
  return <Used link={link.data} token={token} />;
}

function Gone({ title, help }: { readonly title: string; readonly help: string }): ReactElement {
  return (
    <Entrance title={said.title} heading={title} sub={help}>
      <Button onClick={() => enter('/sign-in')}>{said.toSignIn}</Button>
    </Entrance>
  );
}

function headingOf({ is, organisation, name }: Link): readonly [string, string] {
  const called = organisation?.name ?? '';
  switch (is) {
    case 'first-owner':
      return [
        said.first,
        organisation === null ? said.firstHelp : `${said.firstHelp} ${said.firstOrganisation(called)}`,
      ];
    case 'invitation':
      return [said.invitation(called), said.invitationHelp];
    case 'link':
      return [said.link(name ?? ''), said.linkHelp];
  }
}

function Used({ link, token }: { readonly link: Link; readonly token: string }): ReactElement {
  const [heading, sub] = headingOf(link);
  const [isIn, setIn] = useState<Redeemed>();
  return (
    <Entrance title={said.title} heading={heading} sub={sub}>
      {isIn !== undefined ? (
        <Unfinished then={isIn} />
      ) : link.is === 'invitation' && link.known && !link.signedIn ? (
        <Known email={link.email ?? ''} />
      ) : link.is === 'invitation' && link.signedIn ? (
        <Accept email={link.email ?? ''} token={token} />
      ) : (
        <Choose link={link} token={token} unfinished={setIn} />
      )}
    </Entrance>
  );
}

function Known({ email }: { readonly email: string }): ReactElement {
  const back = location.pathname + location.search;
  return (
    <>
      <p className="note">{said.known(email)}</p>
      <Button filled onClick={() => enter(`/sign-in?to=${encodeURIComponent(back)}`)}>
        {said.knownAction}
      </Button>
    </>
  );
}

const homeOf = ({ organisation }: Redeemed): string => (organisation === null ? '/' : `/${organisation}/overview`);

function Accept({ email, token }: { readonly email: string; readonly token: string }): ReactElement {
  const trying = useTrying();
  return (
    <>
      <p className="note">{said.acceptAs(email)}</p>
      <Failure of={trying.failure} />
      <Button
        filled
        busy={trying.busy}
        onClick={() =>
          void trying.run(async () =>
            enter(homeOf((await sendJson(undefined, 'POST', '/api/sign-in/redeem', { token })) as Redeemed)),
          )
        }
      >
        {said.accept}
      </Button>
    </>
  );
}

function Choose({
  link,
  token,
  unfinished,
}: {
  readonly link: Link;
  readonly token: string;
  readonly unfinished: (done: Redeemed) => void;
}): ReactElement {
  const state = useSignInState();
  const isFirst = link.is === 'first-owner';
  const isRecovery = link.is === 'link' && link.known;
  const [name, setName] = useState(link.name ?? '');
  const [email, setEmail] = useState(link.email ?? '');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<'passkey' | 'password'>();
  const trying = useTrying();

  const isNamed = isRecovery || (name.trim() !== '' && email.trim() !== '');
  const redeem = async (withPassword: boolean): Promise<Redeemed> =>
    (await sendJson(undefined, 'POST', '/api/sign-in/redeem', {
      token,
      ...(isRecovery ? {} : { name: name.trim() }),
      ...(isFirst ? { email: email.trim() } : {}),
      ...(withPassword && password !== '' ? { password } : {}),
    })) as Redeemed;

  const byPasskey = (): void => {
    setMissing('passkey');
    if (!isNamed) return;
    void trying.run(async () => {
      const done = await redeem(false);
      try {
        await makePasskey(words.passkeyName);
      } catch (error) {
        // The link is used up and the session is there: only the passkey is left to make.
        unfinished(done);
        if (!isDismissed(error)) throw error;
        return;
      }
      enter(homeOf(done));
    });
  };
  const byPassword = (event: FormEvent): void => {
    event.preventDefault();
    setMissing('password');
    if (!isNamed || (!isRecovery && password === '')) return;
    void trying.run(async () => enter(homeOf(await redeem(true))));
  };

  const ways = state.data?.ways;
  const because =
    ways === undefined
      ? undefined
      : !hasPasskeys()
        ? words.signIn.passkeyMissing
        : ways.passkey
          ? undefined
          : words.signIn.passkeyElsewhere(ways.passkeyAt);
  return (
    <form onSubmit={byPassword} noValidate>
      {link.sso === null ? undefined : (
        <>
          <p className="note">{said.ssoHelp}</p>
          <Button
            filled
            busy={trying.busy}
            onClick={() =>
              void trying.run(async () => {
                const body = { email: link.email, to: '/' };
                const { url } = (await sendJson(undefined, 'POST', '/api/sign-in/sso', body)) as { url: string };
                location.assign(url);
              })
            }
          >
            {said.sso(link.sso)}
          </Button>
          <div className="or">{words.signIn.or}</div>
        </>
      )}
      {isRecovery ? undefined : (
        <>
          <TextInput
            label={said.name}
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={missing !== undefined && name.trim() === '' ? said.needed.name : undefined}
          />
          <TextInput
            label={said.email}
            type="email"
            autoComplete="username"
            value={email}
            readOnly={!isFirst}
            {...(isFirst ? {} : { description: said.emailFixed })}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={missing !== undefined && email.trim() === '' ? said.needed.email : undefined}
          />
          <Button
            filled={link.sso === null}
            busy={trying.busy || ways === undefined}
            verdict={{ allowed: because === undefined, because }}
            onClick={byPasskey}
          >
            <Key /> {said.withPasskey}
          </Button>
          <div className="or">{words.signIn.or}</div>
        </>
      )}
      <PasswordInput
        label={isRecovery ? said.passwordNew : said.password}
        description={isRecovery ? said.passwordNewHelp : said.passwordHelp}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={missing === 'password' && !isRecovery && password === '' ? said.needed.password : undefined}
      />
      <Failure of={trying.failure} />
      <Button type="submit" filled={isRecovery} busy={trying.busy}>
        {isRecovery ? said.signInByLink : said.withPassword}
      </Button>
    </form>
  );
}

/** In, and with nothing yet that signs in the next time. */
function Unfinished({ then }: { readonly then: Redeemed }): ReactElement {
  const [password, setPassword] = useState('');
  const trying = useTrying();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (password === '') return;
    void trying.run(async () => {
      await sendJson(undefined, 'POST', '/api/sign-in/password', { password });
      enter(homeOf(then));
    });
  };
  return (
    <form onSubmit={send} noValidate>
      <Empty title={said.passkeyLater}>{said.passkeyLaterHelp}</Empty>
      <Button
        filled
        busy={trying.busy}
        onClick={() =>
          void trying.run(async () => {
            await makePasskey(words.passkeyName);
            enter(homeOf(then));
          })
        }
      >
        <Key /> {said.passkeyAgain}
      </Button>
      <div className="or">{words.signIn.or}</div>
      <PasswordInput
        label={said.password}
        description={said.passwordHelp}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Failure of={trying.failure} />
      <Button type="submit" busy={trying.busy}>
        {said.setPassword}
      </Button>
    </form>
  );
}
