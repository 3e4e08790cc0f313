import { TEMPLATES } from '@countersign/core/policy/templates.ts';
import type { Days } from '../days.ts';
import { LENGTH_DAYS } from '../days.ts';
import type { Dice } from '../dice.ts';
import { personId } from './decisions.ts';
import type { Member, Name } from './people.ts';
import { isThere, memberOf, NAMES } from './people.ts';
import type { Step } from './step.ts';

interface Edition {
  /** The day on which it is drafted; it is approved a week later. */
  readonly day: number;
  readonly label: string;
  /** What is added to the text of the one before. */
  readonly adds: string;
}

interface Written {
  readonly id: string;
  readonly template: string;
  readonly writer: Name;
  readonly approver: Name;
  readonly appliesTo: readonly Member['roles'][number][];
  readonly editions: readonly Edition[];
}

const EVERYBODY = ['owner', 'lead', 'control-owner', 'employee'] as const;
const WHO_DECIDES = ['owner', 'lead', 'control-owner'] as const;

const POLICIES: readonly Written[] = [
  {
    id: 'information-security',
    template: 'information-security',
    writer: 'aisha',
    approver: 'ines',
    appliesTo: EVERYBODY,
    editions: [
      { day: 22, label: '1.0', adds: '' },
      {
        day: LENGTH_DAYS - 27,
        label: '2.0',
        adds: '\n## Assistants that write text or code\n\nNo data of a customer is given to one that keeps it. What it writes is read by a person before it is merged or sent.\n',
      },
    ],
  },
  {
    id: 'access-control',
    template: 'access-control',
    writer: 'aisha',
    approver: 'tomas',
    appliesTo: WHO_DECIDES,
    editions: [{ day: 29, label: '1.0', adds: '' }],
  },
  {
    id: 'incident-response',
    template: 'incident-response',
    writer: 'bram',
    approver: 'aisha',
    appliesTo: WHO_DECIDES,
    editions: [{ day: 64, label: '1.0', adds: '' }],
  },
];

const APPROVED_AFTER = 7;
const WITHIN_DAYS = 30;
/** Versions of a policy that lie between one edition and the next: written, submitted, approved. */
const VERSIONS = 3;

/** Who never gets round to it; they read the second edition no sooner. */
const SLOW: readonly Name[] = ['lars', 'henrik'];

function textOf(template: string): string {
  const found = TEMPLATES.find(({ id }) => id === template);
  if (found === undefined) throw new TypeError(`There is no template ${template}`);
  return found.text;
}

const titleOf = (template: string): string => TEMPLATES.find(({ id }) => id === template)?.title ?? template;

/** Policies are written, approved by somebody else, and read; one awaits approval, one is a draft. */
export function policies(days: Days, dice: Dice): readonly Step[] {
  const act = (name: string, day: number, hours: number, by: Name, what: string, input: object): Step => ({
    is: 'act',
    name: `policy ${name}`,
    at: days.at(days.working(day), hours),
    by,
    act: what,
    input: { ...input },
  });
  const written = POLICIES.flatMap(({ id, template, writer, approver, appliesTo, editions }) => {
    const policy = { policy: id };
    return editions.flatMap(({ day, label, adds }, n) => {
      const begins =
        n === 0
          ? act(`${id} drafted`, day, 10.2, writer, 'policy.draft', {
              id,
              title: titleOf(template),
              text: textOf(template),
              label,
              owner: personId(dice, writer),
              appliesTo,
              acknowledgeWithin: WITHIN_DAYS,
              template,
            })
          : act(`${id} ${label} drafted`, day, 10.2, writer, 'policy.edit', {
              ...policy,
              label,
              text: textOf(template) + adds,
            });
      return [
        begins,
        act(`${id} ${label} submitted`, day + 2, 14.4, writer, 'policy.submit', policy),
        act(`${id} ${label} approved`, day + APPROVED_AFTER, 16.1, approver, 'policy.approve', policy),
        ...acknowledged(days, dice, id, appliesTo, day + APPROVED_AFTER, editions[n + 1]?.day, (n + 1) * VERSIONS),
      ];
    });
  });
  const supplier = { policy: 'supplier-security' };
  const remote = { policy: 'remote-working' };
  return [
    ...written,
    act('supplier drafted', LENGTH_DAYS - 20, 11.3, 'clara', 'policy.draft', {
      id: 'supplier-security',
      title: 'Supplier security',
      text: '# Supplier security\n\nNobody signs with a supplier that will hold data of customers before somebody has looked at what the supplier shows.\n\n- A report of an auditor, or answers to our questions.\n- What happens to the data when the contract ends.\n- Who is told of a breach, and within how many hours.\n',
      owner: personId(dice, 'bram'),
      appliesTo: WHO_DECIDES,
      acknowledgeWithin: WITHIN_DAYS,
    }),
    act('supplier submitted', LENGTH_DAYS - 16, 9.8, 'bram', 'policy.submit', supplier),
    act('supplier returned', LENGTH_DAYS - 12, 15.6, 'ines', 'policy.return', {
      ...supplier,
      reason: 'It does not say who looks at suppliers that we have already.',
    }),
    act('supplier edited', LENGTH_DAYS - 9, 10.9, 'bram', 'policy.edit', {
      ...supplier,
      text: '# Supplier security\n\nNobody signs with a supplier that will hold data of customers before somebody has looked at what the supplier shows. The vendor manager looks again at every supplier once a year.\n\n- A report of an auditor, or answers to our questions.\n- What happens to the data when the contract ends.\n- Who is told of a breach, and within how many hours.\n',
    }),
    act('supplier submitted again', LENGTH_DAYS - 7, 11.2, 'bram', 'policy.submit', supplier),
    act('remote drafted', LENGTH_DAYS - 6, 16.3, 'aisha', 'policy.draft', {
      id: remote.policy,
      title: 'Working from elsewhere',
      text: '# Working from elsewhere\n\nLaptops are not left alone in places that others can enter.\n',
      owner: personId(dice, 'aisha'),
      appliesTo: EVERYBODY,
    }),
  ];
}

function acknowledged(
  days: Days,
  dice: Dice,
  policy: string,
  appliesTo: Written['appliesTo'],
  since: number,
  until: number | undefined,
  edition: number,
): readonly Step[] {
  return NAMES.flatMap((name): readonly Step[] => {
    const member = memberOf(name);
    const asked = Math.max(days.working(since) + 1, member.joins ?? 0);
    const isBound = member.roles.some((role) => appliesTo.includes(role)) && member.isOutside !== true;
    if (!isBound || SLOW.includes(name)) return [];
    const day = days.working(asked + dice.between(0, 24, 'read', policy, edition, name));
    if (!isThere(member, day) || day >= LENGTH_DAYS || (until !== undefined && day >= until)) return [];
    return [
      {
        is: 'act',
        name: `acknowledged ${policy} ${edition} ${name}`,
        at: days.at(day, 9 + dice.share('read at', policy, edition, name) * 8),
        by: name,
        act: 'policy.acknowledge',
        input: { policy, edition },
      },
    ];
  });
}
