import type { Role } from '@countersign/core/kernel/index.ts';
import { LENGTH_DAYS } from '../days.ts';

/** Somebody invented. Days are those of the story; who was there before it began has no `joins`. */
export interface Member {
  readonly name: string;
  readonly title: string;
  readonly roles: readonly Exclude<Role, 'operator'>[];
  readonly joins?: number;
  readonly leaves?: number;
  /** Who does what is theirs from their last day on. */
  readonly substitute?: 'joao';
  /** Not of the company: has no account in its directory and no machine of its. */
  readonly isOutside?: true;
}

const employee: Member['roles'] = ['employee'];
const owner: Member['roles'] = ['control-owner', 'employee'];

/** By the first part of their address at example.com. */
export const PEOPLE = {
  ines: { name: 'Ines Carvalho', title: 'Chief executive', roles: ['owner', 'employee'] },
  tomas: { name: 'Tomas Lindqvist', title: 'Chief technology officer', roles: ['owner', 'control-owner', 'employee'] },
  aisha: { name: 'Aisha Rahman', title: 'Head of security', roles: ['lead', 'control-owner', 'employee'] },
  bram: { name: 'Bram de Wit', title: 'Compliance manager', roles: ['lead', 'control-owner', 'employee'] },
  noor: { name: 'Noor Haddad', title: 'Security engineer', roles: owner },
  pavel: { name: 'Pavel Novotny', title: 'Platform lead', roles: owner },
  oskar: { name: 'Oskar Brandt', title: 'Backend lead', roles: owner },
  yusuf: { name: 'Yusuf Demir', title: 'Site reliability engineer', roles: owner },
  greta: { name: 'Greta Sommer', title: 'IT lead', roles: owner, leaves: 268, substitute: 'joao' },
  joao: { name: 'João Pires', title: 'IT administrator', roles: owner },
  lucia: { name: 'Lucia Ferri', title: 'People lead', roles: owner },
  henrik: { name: 'Henrik Aas', title: 'Chief financial officer', roles: owner },
  mei: { name: 'Mei Tanaka', title: 'Product lead', roles: owner },
  dalia: { name: 'Dalia Weiss', title: 'Support lead', roles: owner },
  samuel: { name: 'Samuel Okafor', title: 'Office and vendor manager', roles: owner },
  irene: { name: 'Irene Vidal', title: 'Legal counsel', roles: owner },
  clara: { name: 'Clara Moretti', title: 'Adviser', roles: ['adviser'], joins: 21, isOutside: true },
  edwin: { name: 'Edwin Hale', title: 'Auditor', roles: ['auditor'], joins: 330, isOutside: true },
  anouk: { name: 'Anouk Lefèvre', title: 'Backend engineer', roles: employee },
  ravi: { name: 'Ravi Menon', title: 'Backend engineer', roles: employee },
  sofia: { name: 'Sofia Anders', title: 'Backend engineer', roles: employee },
  kwame: { name: 'Kwame Boateng', title: 'Backend engineer', roles: employee },
  elif: { name: 'Elif Kaya', title: 'Backend engineer', roles: employee, joins: 96 },
  luka: { name: 'Luka Horvat', title: 'Platform engineer', roles: employee },
  marit: { name: 'Marit Dahl', title: 'Platform engineer', roles: employee, joins: 187 },
  theo: { name: 'Theo Marchetti', title: 'Frontend engineer', roles: employee },
  hana: { name: 'Hana Kim', title: 'Frontend engineer', roles: employee },
  diego: { name: 'Diego Navarro', title: 'Frontend engineer', roles: employee, leaves: 156 },
  freya: { name: 'Freya Lund', title: 'Frontend engineer', roles: employee, joins: 171 },
  jonas: { name: 'Jonas Keller', title: 'Data engineer', roles: employee },
  priya: { name: 'Priya Nair', title: 'Data engineer', roles: employee, joins: 305 },
  viktor: { name: 'Viktor Petrov', title: 'Quality engineer', roles: employee },
  alma: { name: 'Alma Ruiz', title: 'Designer', roles: employee },
  felix: { name: 'Felix Baumann', title: 'Designer', roles: employee, joins: 240 },
  nadia: { name: 'Nadia Salem', title: 'Product manager', roles: employee },
  owen: { name: 'Owen Price', title: 'Product manager', roles: employee, leaves: 371 },
  carmen: { name: 'Carmen Ortega', title: 'Support engineer', roles: employee },
  ismael: { name: 'Ismael Cruz', title: 'Support engineer', roles: employee },
  petra: { name: 'Petra Maly', title: 'Support engineer', roles: employee, joins: 132 },
  lars: { name: 'Lars Holm', title: 'Account manager', roles: employee },
  beatriz: { name: 'Beatriz Souza', title: 'Account manager', roles: employee },
  colin: { name: 'Colin Ward', title: 'Account manager', roles: employee, joins: LENGTH_DAYS - 5 },
  emilia: { name: 'Emilia Nowak', title: 'Marketing manager', roles: employee },
  georg: { name: 'Georg Stein', title: 'Accountant', roles: employee },
  zahra: { name: 'Zahra Amini', title: 'Recruiter', roles: employee, joins: 64 },
} as const satisfies Readonly<Record<string, Member>>;

export type Name = keyof typeof PEOPLE;
export const NAMES = Object.keys(PEOPLE) as readonly Name[];
export const memberOf = (name: Name): Member => PEOPLE[name];

export const isThere = ({ joins, leaves }: Member, day: number): boolean =>
  (joins === undefined || joins <= day) && (leaves === undefined || day <= leaves);
