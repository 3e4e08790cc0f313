import { defineRefusals } from '../../kernel/index.ts';

/**
 * The parts of OSCAL's catalogue and profile models (1.2.1) that are acted on here. Documents were held against NIST's schemas before; whatever
 * a document has beyond these fields is carried along untouched.
 */
export interface Prop {
  readonly name: string;
  readonly value: string;
  readonly ns?: string;
  readonly class?: string;
}

export interface Param {
  readonly id: string;
  readonly label?: string;
  readonly values?: readonly string[];
  readonly select?: { readonly 'how-many'?: string; readonly choice?: readonly string[] };
  readonly [other: string]: unknown;
}

export interface Part {
  readonly id?: string;
  readonly name: string;
  readonly title?: string;
  readonly props?: readonly Prop[];
  readonly prose?: string;
  readonly parts?: readonly Part[];
  readonly [other: string]: unknown;
}

export interface Control {
  readonly id: string;
  readonly class?: string;
  readonly title: string;
  readonly params?: readonly Param[];
  readonly props?: readonly Prop[];
  readonly parts?: readonly Part[];
  readonly controls?: readonly Control[];
  readonly [other: string]: unknown;
}

export interface Group {
  readonly id?: string;
  readonly title: string;
  readonly params?: readonly Param[];
  readonly groups?: readonly Group[];
  readonly controls?: readonly Control[];
  readonly [other: string]: unknown;
}

export interface Resource {
  readonly uuid: string;
  readonly title?: string;
  readonly props?: readonly Prop[];
  readonly rlinks?: readonly { readonly href: string; readonly 'media-type'?: string }[];
  readonly [other: string]: unknown;
}

export interface Metadata {
  readonly title: string;
  readonly 'last-modified': string;
  readonly version: string;
  readonly 'oscal-version': string;
  readonly props?: readonly Prop[];
  readonly links?: readonly { readonly href: string; readonly rel?: string }[];
  readonly [other: string]: unknown;
}

export interface Catalog {
  readonly uuid: string;
  readonly metadata: Metadata;
  readonly params?: readonly Param[];
  readonly groups?: readonly Group[];
  readonly controls?: readonly Control[];
  readonly 'back-matter'?: { readonly resources?: readonly Resource[] };
}

export interface Selector {
  readonly 'with-child-controls'?: 'yes' | 'no';
  readonly 'with-ids'?: readonly string[];
  readonly matching?: readonly { readonly pattern?: string }[];
}

export interface Selection {
  readonly 'include-all'?: object;
  readonly 'include-controls'?: readonly Selector[];
  readonly 'exclude-controls'?: readonly Selector[];
}

export interface Insert extends Selection {
  readonly order?: 'keep' | 'ascending' | 'descending';
}

export interface CustomGroup {
  readonly id?: string;
  readonly title: string;
  readonly groups?: readonly CustomGroup[];
  readonly 'insert-controls'?: readonly Insert[];
  readonly [other: string]: unknown;
}

export interface Addition {
  readonly position?: 'before' | 'after' | 'starting' | 'ending';
  readonly 'by-id'?: string;
  readonly title?: string;
  readonly params?: readonly Param[];
  readonly props?: readonly Prop[];
  readonly links?: readonly object[];
  readonly parts?: readonly Part[];
}

export interface Removal {
  readonly 'by-name'?: string;
  readonly 'by-class'?: string;
  readonly 'by-id'?: string;
  readonly 'by-item-name'?: string;
  readonly 'by-ns'?: string;
}

export interface Setting {
  readonly 'param-id': string;
  readonly [field: string]: unknown;
}

export interface Profile {
  readonly uuid: string;
  readonly metadata: Metadata;
  readonly imports: readonly (Selection & { readonly href: string })[];
  readonly merge?: {
    readonly combine?: { readonly method?: string };
    readonly flat?: object;
    readonly 'as-is'?: boolean;
    readonly custom?: { readonly groups?: readonly CustomGroup[]; readonly 'insert-controls'?: readonly Insert[] };
  };
  readonly modify?: {
    readonly 'set-parameters'?: readonly Setting[];
    readonly alters?: readonly {
      readonly 'control-id': string;
      readonly removes?: readonly Removal[];
      readonly adds?: readonly Addition[];
    }[];
  };
  readonly 'back-matter'?: { readonly resources?: readonly Resource[] };
}

/** A document that was uploaded, or that an own framework was read from. */
export type OscalDocument = { readonly name: string } & (
  | { readonly catalog: Catalog; readonly profile?: undefined }
  | { readonly profile: Profile; readonly catalog?: undefined }
);

/** The edition of OSCAL whose schemas are used, and which is written. */
export const OSCAL_VERSION = '1.2.1';

export const refuseOscal = defineRefusals('oscal', {
  circular: {
    family: 'invalid',
    says: (p: { names: string }) => `Profiles import each other in a circle: ${p.names}.`,
  },
  import: {
    family: 'invalid',
    says: (p: { href: string; profile: string; given: string; loaded: string }) =>
      `${p.profile} imports “${p.href}”, which is neither among the files (${p.given}) nor found among the frameworks that are loaded here (${p.loaded}). Nothing is fetched from elsewhere: add that file, or say which framework it is.`,
  },
  ambiguous: {
    family: 'invalid',
    says: (p: { href: string; profile: string; loaded: string }) =>
      `${p.profile} imports “${p.href}”, and several frameworks that are loaded here may be meant: ${p.loaded}. Say which it is.`,
  },
  against: {
    family: 'invalid',
    says: (p: { framework: string; loaded: string }) =>
      `“${p.framework}” is none of the frameworks that a profile can be resolved against: ${p.loaded}.`,
  },
  unused: {
    family: 'invalid',
    says: (p: { href: string }) =>
      p.href === '*'
        ? 'A framework was chosen for what the profile imports, and no import is left that the files do not answer.'
        : `A framework was chosen for “${p.href}”, which no profile among the files imports.`,
  },
  itself: {
    family: 'invalid',
    says: (p: { framework: string }) =>
      `${p.framework} would be resolved against itself, and what it holds be replaced. Give what comes of the profile an id of its own.`,
  },
  clash: {
    family: 'invalid',
    says: (p: { profile: string; id: string }) =>
      `${p.profile} takes the control ${p.id} more than once, and its combination rule is to keep both: no catalogue may have one id twice. “use-first” takes the first.`,
  },
  combine: {
    family: 'invalid',
    says: (p: { method: string }) =>
      `The combination rule “${p.method}” is not defined: OSCAL's rules for resolving profiles know keep and use-first.`,
  },
  structure: {
    family: 'invalid',
    says: (p: { profile: string }) =>
      `${p.profile} names more than one of flat, as-is and custom; a profile has one structure.`,
  },
  version: {
    family: 'invalid',
    says: (p: { name: string; version: string }) => `${p.name} is of OSCAL ${p.version}; version 1 is read.`,
  },
  none: {
    family: 'invalid',
    says: (p: { profile: string; from: string }) =>
      `${p.profile} takes no control from ${p.from}: none that it names is there.`,
  },
  nothing: { family: 'invalid', says: (p: { name: string }) => `${p.name} has no control that could be taken.` },
});
