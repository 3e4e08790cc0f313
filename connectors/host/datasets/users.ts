import type { Dataset } from '../../kit/connector.ts';
import { accountsIn, groupsIn, otherDirectories, shadowsIn } from '../accounts.ts';
import { gap, hostDataset, item, known } from '../reading.ts';
import type { MachineFor, Reader } from '../reading.ts';
import { rulesFor, sudoRules } from '../sudo-rules.ts';

const noLogin = /\/(nologin|false|sync|shutdown|halt|git-shell)$/;

/** The local accounts; what shadow says is absent where shadow cannot be read. */
export const readUsers: Reader = async (machine) => {
  const files = {
    passwd: await machine.read('/etc/passwd'),
    group: await machine.read('/etc/group'),
    shadow: await machine.read('/etc/shadow'),
  };
  const accounts = accountsIn(files.passwd);
  if (accounts === undefined)
    return [gap(files.passwd.is === 'unreadable' ? files.passwd.why : 'there is no /etc/passwd')];
  const groups = groupsIn(files.group, accounts);
  const shadows = shadowsIn(files.shadow);
  const sudo = await sudoRules(machine);
  const elsewhere = await otherDirectories(machine);
  const gaps = [
    ...(groups === undefined ? ['groups: /etc/group cannot be read'] : []),
    ...(shadows === undefined ? [files.shadow.is === 'unreadable' ? files.shadow.why : 'there is no /etc/shadow'] : []),
    ...sudo.gaps,
    ...elsewhere.map((source) => `accounts also come from "${source}" (nsswitch.conf), which is not read`),
  ];
  const seen = new Set<string>();
  const items = accounts.map(({ name, uid, home, shell }) => {
    if (seen.has(name)) return gap('/etc/passwd lists this account twice; the first counts', name);
    seen.add(name);
    const shadow = shadows?.get(name);
    const mine = groups?.get(name);
    const canSudo =
      mine === undefined || sudo.gaps.length > 0 ? undefined : rulesFor(sudo.rules, name, uid, mine).length > 0;
    return item(
      name,
      known({
        name,
        uid,
        shell,
        home,
        isPerson: uid >= 1000 && uid < 65_534,
        canLogin: !noLogin.test(shell),
        groups: mine === undefined ? undefined : [...mine],
        sudoer: canSudo,
        password: shadow?.password,
        hashMethod: shadow?.hashMethod,
        passwordChangedOn: shadow?.changedOn,
        passwordMaxDays: shadow?.maxDays,
        expiresOn: shadow?.expiresOn,
      }),
    );
  });
  return [...gaps.map((reason) => gap(reason)), ...items];
};

/** The accounts of this machine. */
export function users(machineFor?: MachineFor): Dataset {
  return hostDataset(
    'users',
    'the accounts of this machine, from /etc/passwd, group, shadow and sudoers',
    {
      name: 'account name',
      uid: 'number of the account',
      shell: 'program started at sign-in; empty means /bin/sh',
      home: 'home folder',
      isPerson: 'whether its number is in the range for people (1000 to 65533)',
      canLogin: 'whether its shell lets it sign in',
      groups: 'groups it is in, the primary one included',
      sudoer: 'whether some sudo rule is for it',
      password: 'set, locked, or none (signs in without one)',
      hashMethod: 'how its password is hashed; never the hash',
      passwordChangedOn: 'date of the last change of password',
      passwordMaxDays: 'days after which the password must change',
      expiresOn: 'date on which the account expires, where one is set',
    },
    readUsers,
    machineFor,
  );
}
