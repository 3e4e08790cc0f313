import { PasswordInput, TextInput } from '@mantine/core';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import { renderSVG } from 'uqr';
import { Button } from '../../kit/Button.tsx';
import { Card } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { words } from '../../words/security.ts';
import type { Security as Standing } from '../sign-in/asking.ts';
import { sendAuth } from '../sign-in/asking.ts';
import { Failure } from '../sign-in/Entrance.tsx';
import { useTrying } from '../sign-in/trying.ts';
import { useChanged } from './changed.ts';

const said = words.totp;

interface Enrolment {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

type Step = 'closed' | 'enrol' | 'disable' | 'codes';

/** The six digits: set up with a picture and a first code, turned off, and their backup codes shown once. */
export function Authenticator({ standing }: { readonly standing: Standing }): ReactElement {
  const [step, setStep] = useState<Step>('closed');
  return (
    <Card title={said.title}>
      <p className="t2">{said.about}</p>
      <p role="status">{standing.totp ? said.on : said.off}</p>
      <div className="row w">
        {standing.totp ? (
          <>
            <Button onClick={() => setStep('codes')}>{said.newCodes}</Button>
            <Button onClick={() => setStep('disable')}>{said.remove}</Button>
          </>
        ) : (
          <Button onClick={() => setStep('enrol')}>{said.add}</Button>
        )}
      </div>
      <Dialog
        title={step === 'disable' ? said.removeTitle : step === 'codes' ? said.newCodes : said.add}
        open={step !== 'closed'}
        onClose={() => setStep('closed')}
      >
        {step === 'closed' ? undefined : (
          <Steps key={step} step={step} asksPassword={standing.password} close={() => setStep('closed')} />
        )}
      </Dialog>
    </Card>
  );
}

function Steps({
  step,
  asksPassword,
  close,
}: {
  readonly step: Exclude<Step, 'closed'>;
  readonly asksPassword: boolean;
  readonly close: () => void;
}): ReactElement {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [codes, setCodes] = useState<readonly string[]>();
  const changed = useChanged();
  if (codes !== undefined) return <Codes codes={codes} close={() => void changed().then(close)} />;
  if (enrolment !== undefined) return <Confirm enrolment={enrolment} done={() => setCodes(enrolment.backupCodes)} />;
  return (
    <Prove
      asksPassword={asksPassword}
      help={step === 'disable' ? said.removeHelp : step === 'codes' ? said.newCodesHelp : said.about}
      submit={step === 'disable' ? said.remove : step === 'codes' ? said.newCodes : said.add}
      send={async (proof) => {
        if (step === 'enrol') setEnrolment((await sendAuth('/two-factor/enable', proof)) as Enrolment);
        else if (step === 'codes') {
          const made = (await sendAuth('/two-factor/generate-backup-codes', proof)) as Pick<Enrolment, 'backupCodes'>;
          setCodes(made.backupCodes);
        } else {
          await sendAuth('/two-factor/disable', proof);
          await changed();
          close();
        }
      }}
    />
  );
}

function Prove({
  asksPassword,
  help,
  submit,
  send,
}: {
  readonly asksPassword: boolean;
  readonly help: string;
  readonly submit: string;
  readonly send: (proof: { readonly password?: string }) => Promise<void>;
}): ReactElement {
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const trying = useTrying();
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        setMissing(true);
        if (asksPassword && password === '') return;
        void trying.run(() => send(asksPassword ? { password } : {}));
      }}
    >
      <p className="t2">{help}</p>
      {asksPassword ? (
        <PasswordInput
          label={words.password.confirm}
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={missing && password === '' ? words.password.needed : undefined}
        />
      ) : undefined}
      <Failure of={trying.failure} />
      <div className="row w">
        <Button type="submit" filled busy={trying.busy}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

function Confirm({ enrolment, done }: { readonly enrolment: Enrolment; readonly done: () => void }): ReactElement {
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const trying = useTrying();
  const { totpURI } = enrolment;
  const secret = new URL(totpURI).searchParams.get('secret') ?? '';
  const picture = `data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(totpURI, { border: 2 }))}`;
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        setMissing(true);
        const digits = code.replace(/\s/g, '');
        if (!/^\d{6}$/.test(digits)) return;
        void trying.run(async () => {
          await sendAuth('/two-factor/verify-totp', { code: digits });
          done();
        });
      }}
    >
      <p className="t2">{said.scan}</p>
      <img className="qr" src={picture} alt={said.qr} width="196" height="196" />
      <p>
        <span className="t3">{said.secret}</span>{' '}
        <span className="mono secret">{secret.match(/.{1,4}/g)?.join(' ')}</span>
      </p>
      <TextInput
        label={said.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={missing && !/^\d{6}$/.test(code.replace(/\s/g, '')) ? said.needed : undefined}
      />
      <Failure of={trying.failure} />
      <div className="row w">
        <Button type="submit" filled busy={trying.busy}>
          {said.confirm}
        </Button>
      </div>
    </form>
  );
}

function Codes({ codes, close }: { readonly codes: readonly string[]; readonly close: () => void }): ReactElement {
  const [copied, setCopied] = useState(false);
  return (
    <div className="form">
      <h3>{said.codes}</h3>
      <p className="t2">{said.codesHelp}</p>
      <ul className="codes mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="row w">
        <Button onClick={() => void navigator.clipboard.writeText(codes.join('\n')).then(() => setCopied(true))}>
          {copied ? said.copied : said.copy}
        </Button>
        <Button filled onClick={close}>
          {said.kept}
        </Button>
      </div>
    </div>
  );
}
