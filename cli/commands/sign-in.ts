import {
  invite as inviteOperation,
  listProviders,
  makeSignInLink,
  verifyDomain,
} from '@countersign/api/operations/sign-in.ts';
import type { CommandSpec } from '../command.ts';
import { table } from '../text.ts';

export const signInLink: CommandSpec = {
  name: 'sign-in-link',
  says: 'Makes a link by which a person signs in once, within 15 minutes, and writes that to the log: for a first time, or a lost password or second factor.',
  args: [{ name: '<email>', says: 'of a person of the organisation' }],
  examples: [{ line: 'sign-in-link grace@example.com', says: 'for a person who is here' }],
  async run(context, given) {
    const client = await context.client();
    const [email = ''] = given.args;
    const made = await client.call(makeSignInLink, { body: { email } });
    return { json: made, text: made.link, notes: [`For ${made.person}, once, until ${made.expires}.`] };
  },
};

export const invite: CommandSpec = {
  name: 'invite',
  says: 'Invites a new person to sign in, and prints the link to hand over. It holds for seven days and is shown this once.',
  args: [{ name: '<email>', says: 'where they are written to' }],
  options: [
    { flags: '--name <name>', says: 'of a new person' },
    {
      flags: '--role <role>',
      says: 'owner, lead, control-owner, employee, adviser, auditor; default employee',
      many: true,
    },
    { flags: '--person <id>', says: 'instead of a name: somebody who is a person here already' },
  ],
  examples: [{ line: 'invite grace@example.com --name "Grace Hopper" --role lead', says: 'a compliance lead' }],
  async run(context, given) {
    const client = await context.client();
    const [email = ''] = given.args;
    const [name, person] = [given.text('name'), given.text('person')];
    const roles = given.texts('role');
    const body = {
      email,
      ...(name === undefined ? {} : { name }),
      ...(person === undefined ? {} : { person }),
      ...(roles.length === 0 ? {} : { roles: [...roles] }),
    };
    const made = await client.call(inviteOperation, { body: inviteOperation.body.schema.parse(body) });
    const mailed = made.mailed ? 'It was mailed.' : 'No mail is set up: hand it over.';
    return { json: made, text: made.link, notes: [`For ${made.person}, once, until ${made.expires}. ${mailed}`] };
  },
};

export const confirmDomain: CommandSpec = {
  name: 'sso verify',
  says: 'Takes a domain of an identity provider as the organisation’s own, by the word of the operator of the machine. Without arguments it lists domains.',
  args: [
    { name: '[provider]', says: 'its id' },
    { name: '[domain]', says: 'such as example.com' },
  ],
  examples: [{ line: 'sso verify', says: 'which domains sign in by single sign-on, and which wait to be proven' }],
  async run(context, given) {
    const client = await context.client();
    const [id, domain] = given.args;
    if (id === undefined || domain === undefined) {
      const { providers } = await client.call(listProviders, {});
      const rows = providers.flatMap(({ id: provider, title, domains }) =>
        domains.map((one) => [provider, title, one.domain, one.verifiedOn ?? 'not proven']),
      );
      const text =
        rows.length === 0 ? 'There is no identity provider.' : table(['ID', 'TITLE', 'DOMAIN', 'PROVEN'], rows);
      return { json: { providers }, text };
    }
    const provider = await client.call(verifyDomain, { params: { id }, body: { domain } });
    return { json: provider, text: `People of ${domain} sign in by ${provider.title}.` };
  },
};
