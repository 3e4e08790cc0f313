import { refuseSignIn } from './refusals.ts';

export const SHORTEST = 12;
/** Longer ones cost the hash more than they add. */
export const LONGEST = 128;

/** Beginnings of the passwords that are tried first everywhere; all but these letters and digits is left out before comparing. */
const COMMON = [
  'password',
  'passw0rd',
  'p4ssword',
  'qwerty',
  'qwertz',
  'azerty',
  'asdfgh',
  'zxcvbn',
  '1q2w3e',
  '1qaz2wsx',
  'letmein',
  'welcome',
  'iloveyou',
  'admin',
  'changeme',
  'trustno1',
  'monkey',
  'dragon',
  'football',
  'baseball',
  'superman',
  'batman',
  'princess',
  'sunshine',
  'shadow',
  'master',
  'starwars',
  'whatever',
  'abc123',
  'abcdef',
  'secret',
  'countersign',
  'compliance',
  'correcthorsebatterystaple',
] as const;

/** Said of who chooses it, and so guessed first. */
export interface About {
  readonly name: string;
  readonly email: string;
}

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * Refuses what is guessed first: too short, one of the passwords everybody tries with a few characters added, one's own name, a run or a
 * repetition. No demands on kinds of characters: NIST SP 800-63B advises against them.
 *
 * @throws Refusal signin.password
 */
export function refuseWeak(password: string, { name, email }: About): void {
  const why = weakness(password, [name, email.split('@')[0] ?? '', email.split('@')[1]?.split('.')[0] ?? '']);
  if (why !== undefined) throw refuseSignIn('password', { why }, ['password']);
}

function weakness(password: string, own: readonly string[]): string | undefined {
  if ([...password].length < SHORTEST) return `A password has at least ${SHORTEST} characters.`;
  if (password.length > LONGEST) return `A password has at most ${LONGEST} characters.`;
  const plain = letters(password);
  const rests = (word: string): boolean => plain.replaceAll(word, '').length < 6 && plain.includes(word);
  if (COMMON.some(rests))
    return 'This is among the passwords that are tried first. Take several words that do not belong together.';
  if (own.map(letters).some((word) => word.length >= 4 && rests(word)))
    return 'This is little more than your own name or address. Take several words that do not belong together.';
  if (new Set(password).size < 6 || isRun(password))
    return 'This repeats or counts up. Take several words that do not belong together.';
  return undefined;
}

/** Do most characters follow the one before, or repeat it? */
function isRun(password: string): boolean {
  const codes = [...password].map((one) => one.codePointAt(0) ?? 0);
  const steps = codes.filter((code, i) => i > 0 && Math.abs(code - (codes[i - 1] ?? 0)) <= 1).length;
  return steps > (codes.length * 2) / 3;
}
