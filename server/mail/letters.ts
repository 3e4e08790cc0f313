import type { Letter, Line } from './letter.ts';

/** What every letter of an organisation says at its end. */
const footOf = (organisation: string, why: string): readonly string[] => [`${organisation}, by Countersign.`, why];

const SWITCH_OFF = 'You may switch these letters off under Settings, Notifications; the inbox keeps telling you.';

export const invitation = (given: {
  readonly organisation: string;
  readonly name: string;
  readonly invitedBy: string;
  readonly link: string;
  readonly expires: string;
}): Letter => ({
  subject: `${given.organisation}: your sign-in to Countersign`,
  greeting: `${given.name},`,
  says: [
    `${given.invitedBy} invites you to ${given.organisation}’s record of controls and evidence for SOC 2 and ISO/IEC 27001.`,
    `The link works once, until ${given.expires}. Who did not expect it may leave it alone: nothing happens without it.`,
  ],
  link: { says: 'Accept the invitation', url: given.link },
  foot: footOf(given.organisation, `This letter was sent because ${given.invitedBy} entered your address.`),
});

export const reminder = (given: {
  readonly organisation: string;
  readonly name: string;
  readonly lines: readonly Line[];
}): Letter => {
  const [only] = given.lines;
  return {
    subject:
      given.lines.length === 1 && only !== undefined
        ? `${given.organisation}: ${only.says}`
        : `${given.organisation}: ${given.lines.length} things are due`,
    greeting: `${given.name},`,
    says: [given.lines.length === 1 ? 'this is yours to do:' : 'these are yours to do:'],
    sections: [{ title: 'Due', lines: given.lines }],
    foot: footOf(given.organisation, `At most one reminder before something is due and one on the day. ${SWITCH_OFF}`),
  };
};

/** What cannot wait for somebody to look: it is sent whatever they want by mail. */
export const alert = (given: {
  readonly organisation: string;
  readonly name: string;
  readonly lines: readonly Line[];
}): Letter => ({
  subject: `${given.organisation}: something must be looked at`,
  greeting: `${given.name},`,
  says: [given.lines.length === 1 ? 'this does not fit:' : 'these do not fit:'],
  sections: [{ title: 'To look at', lines: given.lines }],
  foot: footOf(given.organisation, 'Sent once to every owner and lead, whatever letters they have switched off.'),
});

export interface DigestPart {
  readonly title: string;
  readonly lines: readonly Line[];
}

export const digest = (given: {
  readonly organisation: string;
  readonly name: string;
  readonly day: string;
  readonly says: string;
  readonly parts: readonly DigestPart[];
}): Letter => ({
  subject: `${given.organisation}: the week of ${given.day}`,
  greeting: `${given.name},`,
  says: [given.says],
  sections: given.parts.map(({ title, lines }) => ({ title, lines })),
  foot: footOf(
    given.organisation,
    `Facts as recorded when this was written; what was not observed is not counted as passing. ${SWITCH_OFF}`,
  ),
});

export const trial = (given: { readonly organisation: string; readonly name: string }): Letter => ({
  subject: `${given.organisation}: a trial letter`,
  greeting: `${given.name},`,
  says: ['mail from Countersign reaches you.'],
  foot: footOf(given.organisation, 'Sent because you asked for it under Settings.'),
});

/** The page for a board, to addresses that somebody typed: its readers need no sign-in, and get no other letter. */
export const boardLetter = (given: {
  readonly organisation: string;
  readonly sentBy: string;
  readonly headline: string;
  readonly note: string | undefined;
}): Letter => ({
  subject: `${given.organisation}: which framework first`,
  greeting: 'To the board,',
  says: [
    `${given.sentBy} sends you ${given.organisation}’s plan for SOC 2 and ISO/IEC 27001 on one page: the PDF is attached.`,
    given.headline,
    ...(given.note === undefined ? [] : [given.note]),
    'Nothing in it is advice from an auditor.',
  ],
  foot: footOf(
    given.organisation,
    `This letter was sent once because ${given.sentBy} entered your address. The address is not kept.`,
  ),
});
