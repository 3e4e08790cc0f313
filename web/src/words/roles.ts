/** What the roles are called, and what each may do in one line: core has the rule, docs/roles.md the table. */
export const roles: Readonly<Record<string, { readonly label: string; readonly help: string }>> = {
  owner: { label: 'Owner', help: 'All that a person may do, roles and identity providers among it.' },
  lead: { label: 'Compliance lead', help: 'Runs the programme, approves what others did, gives grants; no roles.' },
  'control-owner': { label: 'Control owner', help: 'Does recurring work, files evidence, asks for exceptions.' },
  employee: { label: 'Employee', help: 'Reads, and does what is asked of everybody.' },
  adviser: { label: 'Adviser', help: 'From outside: sees what a grant opens, drafts too, and evaluates designs.' },
  auditor: {
    label: 'Auditor',
    help: 'From outside: sees what a grant opens, decided things only, and changes nothing.',
  },
  operator: { label: 'Operator', help: 'Whoever runs the machine.' },
};

export const roleLabel = (role: string): string => roles[role]?.label ?? role;
export const roleLabels = (list: readonly string[]): string => list.map(roleLabel).join(', ');

/** What the parts of the product are called that a grant opens. */
export const areas: Readonly<Record<string, { readonly label: string; readonly help: string }>> = {
  posture: {
    label: 'Posture',
    help: 'The state of each requirement and control with its reasons, and how controls operated over a period.',
  },
  controls: { label: 'Controls', help: 'Controls, their versions and approved designs, with what was due and done.' },
  evidence: { label: 'Evidence', help: 'Documents that were accepted, to open and to save.' },
  performances: { label: 'Performances', help: 'What was done for controls, by whom, and when it was recorded.' },
  exceptions: { label: 'Exceptions', help: 'Exceptions that were decided, with their reasons.' },
  checks: { label: 'Checks', help: 'What checks said, item by item.' },
  sources: { label: 'Sources', help: 'Which systems are read, and when they were not.' },
  documents: { label: 'Policies', help: 'Approved editions, and who acknowledged them.' },
  people: { label: 'People', help: 'Names, roles, who answers for what.' },
  log: { label: 'Log', help: 'The signed checkpoint, who outside saw the log, and proof that an entry is in it.' },
};
