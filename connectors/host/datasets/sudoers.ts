import type { Dataset } from '../../kit/connector.ts';
import { gap, hostDataset, item } from '../reading.ts';
import type { MachineFor, Reader } from '../reading.ts';
import { sudoRules } from '../sudo-rules.ts';

/** One item for sudo itself, so that "no rules" is a statement, and one for each rule. */
export const readSudoers: Reader = async (machine) => {
  const { installed, rules, gaps } = await sudoRules(machine);
  return [
    ...gaps.map((reason) => gap(reason)),
    item('sudo', { kind: 'summary', installed, rules: rules.length }),
    ...rules.map(({ file, line, who, ...rest }) => item(`${file}:${line}`, { kind: 'rule', who: [...who], ...rest })),
  ];
};

/** Who may act as somebody else. */
export function sudoers(machineFor?: MachineFor): Dataset {
  return hostDataset(
    'sudoers',
    'who may run what as whom, from /etc/sudoers and the files it includes',
    {
      kind: '"summary" for sudo itself, "rule" for a rule',
      installed: 'whether sudo is on this machine (summary)',
      rules: 'how many rules there are (summary)',
      who: 'users, %groups and #ids that the rule is for, user aliases expanded',
      hosts: 'on which hosts, as written',
      runAs: 'as whom, as written; root where the rule does not say',
      commands: 'what, with its tags, as written',
      noPassword: 'whether some command needs no password (NOPASSWD, or !authenticate for all)',
      allCommands: 'whether it allows every command',
    },
    readSudoers,
    machineFor,
  );
}
