import type { Dataset } from '../../kit/connector.ts';
import { shadowsIn } from '../accounts.ts';
import type { Machine } from '../machine.ts';
import { gap, hostDataset, item, known } from '../reading.ts';
import type { MachineFor, Reader } from '../reading.ts';

const stacks = ['common-password', 'common-auth', 'system-auth', 'password-auth'];

/** What is asked of passwords: login.defs, and what the PAM stacks enforce with their settings. */
export const readPasswordPolicy: Reader = async (machine) => {
  const gaps: string[] = [];
  const textOf = async (path: string) => {
    const found = await machine.read(path);
    if (found.is === 'unreadable') gaps.push(found.why);
    return found.is === 'text' ? found.text : undefined;
  };
  const defs = await textOf('/etc/login.defs');
  if (defs === undefined) gaps.push('there is no /etc/login.defs to read');
  const pam = (await Promise.all(stacks.map((stack) => textOf(`/etc/pam.d/${stack}`)))).filter(
    (text) => text !== undefined,
  );
  if (pam.length === 0) gaps.push('no PAM stack is where we look, so what is enforced is not known');
  const shadows = shadowsIn(await machine.read('/etc/shadow'));
  if (shadows === undefined) gaps.push('/etc/shadow cannot be read, so who has a password is not known');

  const quality = pamLine(pam, 'pam_pwquality.so');
  const lockout = pamLine(pam, 'pam_faillock.so');
  const qualityFile = await joined(machine, '/etc/security/pwquality.conf', textOf);
  const lockoutFile = (await textOf('/etc/security/faillock.conf')) ?? '';
  const stackKnown = pam.length > 0;
  const setting = (line: string | undefined, file: string, name: string, otherwise: number) =>
    line === undefined ? undefined : (option(line, name) ?? option(file, name) ?? otherwise);
  const data = known({
    maxDays: fromDefs(defs, 'PASS_MAX_DAYS'),
    minDays: fromDefs(defs, 'PASS_MIN_DAYS'),
    hashMethod: defs === undefined ? undefined : /^\s*ENCRYPT_METHOD\s+(\S+)/m.exec(defs)?.[1]?.toLowerCase(),
    qualityEnforced: stackKnown ? quality !== undefined : undefined,
    // The defaults are those of pwquality.conf(5) and faillock.conf(5).
    minLength: setting(quality, qualityFile, 'minlen', 8),
    minClasses: setting(quality, qualityFile, 'minclass', 0),
    lockoutEnforced: stackKnown ? lockout !== undefined : undefined,
    lockoutAttempts: setting(lockout, lockoutFile, 'deny', 3),
    lockoutSeconds: setting(lockout, lockoutFile, 'unlock_time', 600),
    accountsWithPassword:
      shadows === undefined ? undefined : [...shadows.values()].filter(({ password }) => password === 'set').length,
  });
  return [...gaps.map((reason) => gap(reason, 'password-policy')), item('password-policy', data)];
};

/** All lines of a module, options together; undefined where no stack names it. */
function pamLine(stacks: readonly string[], module: string): string | undefined {
  const lines = stacks
    .flatMap((stack) => stack.split('\n'))
    .filter((line) => !line.trim().startsWith('#') && line.includes(module));
  return lines.length === 0 ? undefined : lines.join('\n').replace(/\s+/g, '\n');
}

async function joined(
  machine: Machine,
  file: string,
  textOf: (path: string) => Promise<string | undefined>,
): Promise<string> {
  const names = (await machine.list(`${file}.d`)) ?? [];
  const parts = await Promise.all(
    names.filter((name) => name.endsWith('.conf')).map((name) => textOf(`${file}.d/${name}`)),
  );
  return [...parts.reverse(), await textOf(file)].filter((part) => part !== undefined).join('\n');
}

function option(text: string, name: string): number | undefined {
  const value = new RegExp(`^\\s*${name}\\s*=\\s*(\\d+)`, 'm').exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

function fromDefs(text: string | undefined, name: string): number | undefined {
  const value = text === undefined ? undefined : new RegExp(`^\\s*${name}\\s+(\\d+)`, 'm').exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** The rules for passwords on this machine. */
export function passwordPolicy(machineFor?: MachineFor): Dataset {
  return hostDataset(
    'password-policy',
    'what is asked of passwords, from login.defs, PAM, pwquality and faillock',
    {
      maxDays: 'days after which a new account has to change its password',
      minDays: 'days before which it may not',
      hashMethod: 'how new passwords are hashed, from login.defs',
      qualityEnforced: 'whether pam_pwquality stands in a PAM stack',
      minLength: 'least length that it asks for (its own default where no file says)',
      minClasses: 'least number of kinds of characters that it asks for',
      lockoutEnforced: 'whether pam_faillock stands in a PAM stack',
      lockoutAttempts: 'failed attempts after which it locks',
      lockoutSeconds: 'seconds for which it locks; 0 until an administrator unlocks',
      accountsWithPassword: 'how many accounts have a password at all',
    },
    readPasswordPolicy,
    machineFor,
  );
}
