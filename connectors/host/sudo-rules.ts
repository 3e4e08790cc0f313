import type { Machine } from './machine.ts';

export interface SudoRule {
  readonly file: string;
  readonly line: number;
  /** Users, %groups and #ids that the rule is for, aliases expanded. */
  readonly who: readonly string[];
  readonly hosts: string;
  readonly runAs: string;
  readonly commands: string;
  /** Some command of the rule needs no password. */
  readonly noPassword: boolean;
  /** Some command of the rule is ALL. */
  readonly allCommands: boolean;
}

/** What /etc/sudoers and the files it includes say. Without sudo there is nothing to read, and that is known. */
export interface SudoRules {
  readonly installed: boolean;
  readonly rules: readonly SudoRule[];
  readonly gaps: readonly string[];
}

const mainFile = '/etc/sudoers';

/** Reads the rules as sudo does, includes followed; syntax from sudoers(5). */
export async function sudoRules(machine: Machine): Promise<SudoRules> {
  const rules: SudoRule[] = [];
  const gaps: string[] = [];
  const aliases = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  // Defaults may be for some users only; taking them for all can only judge too strictly.
  let noPasswordForAll = false;

  async function include(file: string): Promise<boolean> {
    if (seen.has(file) || seen.size > 200) return true;
    seen.add(file);
    const found = await machine.read(file);
    if (found.is === 'missing') return false;
    if (found.is === 'unreadable') gaps.push(found.why);
    if (found.is === 'text') for (const [line, text] of joinedLines(found.text)) await take(file, line, text);
    return true;
  }

  async function take(file: string, line: number, text: string): Promise<void> {
    const [, kind, path] = /^[@#](include|includedir)\s+"?([^"]+)"?$/.exec(text) ?? [];
    if (path !== undefined) {
      const absolute = path.startsWith('/') ? path : `${file.slice(0, file.lastIndexOf('/'))}/${path}`;
      if (kind === 'includedir') await includeFolder(absolute);
      else if (!(await include(absolute))) gaps.push(`${file} includes ${absolute}, which is not there`);
      return;
    }
    const said = text.replace(/(^|[^\\])#(?!\d).*$/, '$1').trim();
    if (said === '') return;
    if (/^Defaults/.test(said)) {
      if (/!authenticate\b/.test(said)) noPasswordForAll = true;
      return;
    }
    const alias = /^(User|Runas|Host|Cmnd|Cmd)_Alias\s+(.+)$/.exec(said);
    if (alias !== null) {
      if (alias[1] === 'User') for (const [name, members] of aliasMembers(alias[2] ?? '')) aliases.set(name, members);
      return;
    }
    const rule = ruleIn(said);
    if (rule === undefined) gaps.push(`${file} line ${line} is no rule that we can read`);
    else rules.push({ file, line, ...rule });
  }

  async function includeFolder(folder: string): Promise<void> {
    const names = await machine.list(folder);
    if (names === undefined) {
      gaps.push(`${folder} cannot be listed`);
      return;
    }
    for (const name of names) if (!name.includes('.') && !name.endsWith('~')) await include(`${folder}/${name}`);
  }

  const isThere = await include(mainFile);
  if (!isThere) {
    const sudo = await machine.run('sudo', '--version');
    if (sudo.is === 'ran') gaps.push('sudo is installed and /etc/sudoers is not where we look');
    return { installed: sudo.is === 'ran', rules, gaps };
  }
  const expand = (name: string, depth = 0): readonly string[] =>
    depth > 20 ? [name] : (aliases.get(name)?.flatMap((member) => expand(member, depth + 1)) ?? [name]);
  return {
    installed: true,
    gaps,
    rules: rules.map((rule) => ({
      ...rule,
      who: rule.who.flatMap((name) => expand(name)),
      noPassword: rule.noPassword || noPasswordForAll,
    })),
  };
}

function joinedLines(text: string): readonly (readonly [number, string])[] {
  const lines: [number, string][] = [];
  let open: [number, string] | undefined;
  for (const [n, raw] of text.split('\n').entries()) {
    const goesOn = raw.endsWith('\\');
    const part = goesOn ? raw.slice(0, -1) : raw;
    open = open === undefined ? [n + 1, part] : [open[0], open[1] + part];
    if (goesOn) continue;
    lines.push([open[0], open[1].trim()]);
    open = undefined;
  }
  if (open !== undefined) lines.push([open[0], open[1].trim()]);
  return lines;
}

function aliasMembers(definition: string): readonly (readonly [string, readonly string[]])[] {
  return definition.split(':').map((one) => {
    const [name = '', members = ''] = one.split('=');
    return [name.trim(), listed(members)] as const;
  });
}

/** `who hosts = (runas) TAG: commands`; a comma before the hosts belongs to the list of users. */
function ruleIn(said: string): Omit<SudoRule, 'file' | 'line'> | undefined {
  const parts = /^((?:"[^"]*"|[^\s,=]+)(?:\s*,\s*(?:"[^"]*"|[^\s,=]+))*)\s+([^=]+?)\s*=\s*(.+)$/.exec(said);
  if (parts === null) return undefined;
  const [, who = '', hosts = '', grant = ''] = parts;
  const commands = grant.replace(/\([^)]*\)/g, ' ').trim();
  const bare = commands.replace(/\b[A-Z_]+:/g, ' ');
  return {
    who: listed(who).map((name) => name.replaceAll('"', '')),
    hosts: hosts.trim(),
    runAs: /^\(([^)]*)\)/.exec(grant)?.[1]?.trim() ?? 'root',
    commands: commands.slice(0, 2000),
    noPassword: /\bNOPASSWD:/.test(commands),
    allCommands: /(^|[\s,:])ALL\b/.test(bare),
  };
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The rules that a user gets, by name or by a group; negated names (`!name`) give nothing. */
export function rulesFor(
  rules: readonly SudoRule[],
  user: string,
  uid: number,
  groups: readonly string[],
): readonly SudoRule[] {
  const names = new Set([user, `#${uid}`, 'ALL', ...groups.map((group) => `%${group}`)]);
  return rules.filter(({ who }) => who.some((name) => names.has(name)));
}
