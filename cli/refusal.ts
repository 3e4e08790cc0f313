import type { Refusal } from '@countersign/core/kernel/index.ts';
import { defineRefusals } from '@countersign/core/kernel/index.ts';

/** Where in a file: both counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What the command line refuses by itself, before anything is sent. */
export const refuseInput = defineRefusals('input', {
  usage: { family: 'invalid', says: (p: { says: string }) => p.says },
  file: { family: 'invalid', says: (p: { file: string; why: string }) => `${p.file} cannot be read: ${p.why}.` },
  nothing: { family: 'invalid', says: (p: { paths: string }) => `No YAML or JSON file was found in ${p.paths}.` },
  large: { family: 'invalid', says: (p: { most: string }) => `The input is larger than ${p.most}.` },
  syntax: { family: 'invalid', says: (p: { why: string }) => p.why },
  alias: {
    family: 'invalid',
    says: (p: { name: string }) =>
      `*${p.name} is an alias; write the value out, so that a reader sees what is applied.`,
  },
  tag: { family: 'invalid', says: (p: { why: string }) => p.why },
  record: { family: 'invalid', says: (_: object) => 'A record is a map with “kind” and “id”.' },
  text: {
    family: 'invalid',
    says: (p: { why: string }) => `Text must be well-formed Unicode without U+0000 (${p.why}).`,
  },
  secret: {
    family: 'invalid',
    says: (p: { name: string }) =>
      `Give the secret ${p.name} as ${p.name}=@FILE: what is typed stays in the shell’s history.`,
  },
  pair: { family: 'invalid', says: (p: { text: string }) => `“${p.text}” is no NAME=VALUE.` },
  time: {
    family: 'invalid',
    says: (p: { field: string; text: string }) =>
      `${p.field} “${p.text}” is neither a date (2026-03-31) nor an instant (2026-03-31T17:00:00+02:00).`,
  },
  window: {
    family: 'invalid',
    says: (_: object) => 'effectiveness takes no --as-of: its window says the time. Use --from, --to and --known-at.',
  },
  url: { family: 'invalid', says: (p: { url: string }) => `“${p.url}” is no http or https address.` },
  unsafe: {
    family: 'invalid',
    says: (p: { name: string }) =>
      `The answer names “${p.name}”, which is no safe file name. Nothing was written there.`,
  },
  folder: {
    family: 'invalid',
    says: (p: { folder: string; why: string }) => `${p.folder} cannot be written to: ${p.why}.`,
  },
});

/** A refusal and where in the files it is. */
export class PlacedRefusal extends Error {
  override readonly name = 'PlacedRefusal';
  readonly code: string;
  readonly at: Place;

  constructor(refusal: Refusal, at: Place) {
    super(refusal.message, { cause: refusal });
    this.code = refusal.code;
    this.at = at;
  }
}
