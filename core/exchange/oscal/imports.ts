import type { OscalDocument, Profile } from './model.ts';
import { refuseOscal } from './model.ts';

/**
 * What a profile's imports mean (decision 31). A choice by whoever asks wins; then the files that came together; then the frameworks that are loaded
 * already: by the uuid of the document that they were read from, by its file's name, by their title. Nothing else is ever read, and where
 * several fit none is taken.
 */
export type ProfileFile = OscalDocument & { readonly profile: Profile };

/** A framework that is loaded already, by what an import may call it. What it holds is asked for once it is known to be meant. */
export interface LoadedSource {
  readonly framework: string;
  readonly title: string;
  /** Of the file that it was read from. */
  readonly names: readonly string[];
  /** Of the catalogue or the profile that it was read from. */
  readonly uuids: readonly string[];
  /** Whether it was read from a document of OSCAL: only such a one is found without being chosen. */
  readonly isDocument: boolean;
}

/** The framework chosen for an import, by its `href`. */
export type ImportChoices = Readonly<Record<string, string>>;
/** Stands, among choices, for each import that none of the files answers. */
export const ANY_IMPORT = '*';

export interface Importable {
  /** Files that came together. */
  readonly documents: readonly OscalDocument[];
  readonly loaded?: readonly LoadedSource[];
  readonly choices?: ImportChoices;
}

/** How a framework that is loaded was found. */
export const FOUND_BY = ['choice', 'uuid', 'name', 'title'] as const;

export type Found =
  | { readonly by: 'file'; readonly document: OscalDocument }
  | { readonly by: (typeof FOUND_BY)[number]; readonly source: LoadedSource };

/** An import and what it was found to mean. */
export type FoundImport = { readonly profile: string; readonly href: string } & Found;

/**
 * Every import of a profile and of the profiles that it imports, in the order in which they are read.
 * @throws Refusal oscal.import, oscal.ambiguous, oscal.against, oscal.unused, oscal.circular
 */
export function importsOf(source: ProfileFile, given: Importable): readonly FoundImport[] {
  const all: FoundImport[] = [];
  const done = new Set<Profile>();
  const look = (at: ProfileFile, open: readonly ProfileFile[]): void => {
    const within = [...open, at];
    for (const { href } of at.profile.imports) {
      const found = importOf(at, href, given);
      if (!all.some((one) => one.profile === at.name && one.href === href)) {
        all.push({ profile: at.name, href, ...found });
      }
      if (found.by !== 'file' || found.document.profile === undefined) continue;
      const { name, profile } = found.document;
      const before = within.findIndex((one) => one.profile === profile);
      if (before >= 0) {
        const names = [...within.slice(before).map((one) => one.name), name].join(' → ');
        throw refuseOscal('circular', { names }, ['imports']);
      }
      if (!done.has(profile)) look({ name, profile }, within);
      done.add(profile);
    }
  };
  look(source, []);
  refuseUnused(all, given.choices ?? {});
  return all;
}

/** A choice that decides nothing is a slip of whoever made it. */
function refuseUnused(all: readonly FoundImport[], choices: ImportChoices): void {
  for (const href of Object.keys(choices)) {
    const isUsed =
      href === ANY_IMPORT
        ? all.some((one) => one.by === 'choice' && !Object.hasOwn(choices, one.href))
        : all.some((one) => one.href === href);
    if (!isUsed) throw refuseOscal('unused', { href: shown(href) }, ['imports', href]);
  }
}

/** What one import means. */
export function importOf(source: ProfileFile, href: string, given: Importable): Found {
  const { documents, loaded = [], choices = {} } = given;
  const chosen = (key: string): Found => {
    const framework = choices[key] ?? '';
    const found = loaded.find((one) => one.framework === framework);
    if (found !== undefined) return { by: 'choice', source: found };
    throw refuseOscal('against', { framework: shown(framework), loaded: listed(loaded) }, ['imports', key]);
  };
  if (href !== ANY_IMPORT && Object.hasOwn(choices, href)) return chosen(href);

  const { uuids, stems, titles } = meantBy(source, href);
  for (const [i, uuid] of uuids.entries()) {
    const document =
      documents.find((one) => (one.catalog ?? one.profile).uuid.toLowerCase() === uuid) ??
      documents.find(({ name }) => stems[i] !== '' && stemOf(name) === stems[i]);
    if (document !== undefined) return { by: 'file', document };
  }
  if (Object.hasOwn(choices, ANY_IMPORT)) return chosen(ANY_IMPORT);

  const candidates = loaded.filter(({ isDocument }) => isDocument);
  const tiers = [
    ['uuid', candidates.filter((one) => one.uuids.some((uuid) => uuids.includes(uuid.toLowerCase())))],
    ['name', candidates.filter((one) => one.names.some((name) => stems.some((stem) => stem === stemOf(name))))],
    ['title', candidates.filter((one) => titles.includes(plain(one.title)))],
  ] as const;
  for (const [by, [first, ...others]] of tiers) {
    if (first === undefined) continue;
    if (others.length === 0) return { by, source: first };
    const said = { href: shown(href), profile: source.name, loaded: listed([first, ...others]) };
    throw refuseOscal('ambiguous', said, ['imports', href]);
  }
  const others = documents.filter(({ profile }) => profile !== source.profile).map(({ name }) => name);
  const came = others.length === 0 ? 'none came along' : others.join(', ');
  const said = { href: shown(href), profile: source.name, given: came, loaded: listed(loaded) };
  throw refuseOscal('import', said, ['imports', href]);
}

/** What an import may call a document: itself, or by way of the back matter. Uuids and stems go by pairs. */
function meantBy(source: ProfileFile, href: string) {
  const wanted: string[] = [];
  const titles: string[] = [];
  if (href.startsWith('#')) {
    const uuid = href.slice(1).toLowerCase();
    const resource = source.profile['back-matter']?.resources?.find((one) => one.uuid.toLowerCase() === uuid);
    wanted.push(uuid, ...(resource?.rlinks ?? []).map((link) => link.href));
    if (resource?.title !== undefined) titles.push(plain(resource.title));
  } else wanted.push(href);
  return {
    uuids: wanted.map((one) => one.replace(/^urn:uuid:/i, '').toLowerCase()),
    stems: wanted.map((one) => stemOf(decoded(one))),
    titles: titles.filter((title) => title !== ''),
  };
}

/** A file's name whatever the folder or the serialisation. */
const stemOf = (name: string): string =>
  (name.split(/[?#]/)[0]?.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:json|xml|yaml|yml)$/i, '').replace(/-min$/i, '');

const decoded = (href: string): string => {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
};

/** A title without markup, case or doubled blanks. */
const plain = (title: string): string => title.replaceAll('*', '').replace(/\s+/g, ' ').trim().toLowerCase();

const shown = (text: string): string => text.slice(0, 200);

const MOST_LISTED = 20;
function listed(all: readonly LoadedSource[]): string {
  if (all.length === 0) return 'there is none';
  const more = all.length > MOST_LISTED ? `, and ${all.length - MOST_LISTED} more` : '';
  const first = all.slice(0, MOST_LISTED);
  return `${first.map(({ framework, title }) => `${framework} (${shown(title)})`).join(', ')}${more}`;
}
