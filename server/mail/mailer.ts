import { createTransport } from 'nodemailer';
import type { Rendered } from './letter.ts';

/** A file that goes with a letter. */
export interface Attachment {
  readonly name: string;
  readonly media: string;
  readonly bytes: Uint8Array;
}

export interface Mailer {
  /** False: there is the inbox only, and invitations are links to copy. */
  readonly isSet: boolean;
  readonly from: string | undefined;
  /** Where the links in letters lead, without a slash at the end; undefined where nobody told. */
  readonly url: string | undefined;
  send(to: string, letter: Rendered, id: string, attached?: Attachment): Promise<void>;
  /** Says what is wrong, or nothing. */
  check(): Promise<string | undefined>;
  close(): void;
}

/** That the letter will not arrive, however often it is sent. */
export class Undeliverable extends Error {}

export interface MailSettings {
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string | undefined;
  readonly url: string | undefined;
}

/** SMTP by URL. TLS is asked for where the server offers it, and insisted on with smtps. */
export function createMailer({ smtpUrl, mailFrom, url }: MailSettings): Mailer {
  const web = url?.replace(/\/+$/, '');
  if (smtpUrl === undefined) {
    return {
      ...{ isSet: false, from: mailFrom, url: web },
      send: () => Promise.reject(new Undeliverable('No mail is set up')),
      check: () => Promise.resolve(undefined),
      close: () => undefined,
    };
  }
  const from = mailFrom ?? `countersign@${new URL(smtpUrl).hostname}`;
  // Times a dead server out well before a worker's patience ends. Neither files nor addresses are ever read for a letter.
  const transport = createTransport(
    {
      url: smtpUrl,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  const host = from.slice(from.lastIndexOf('@') + 1).replace(/[^a-zA-Z0-9.-]/g, '');
  return {
    ...{ isSet: true, from, url: web },
    async send(to, { subject, text, html }, id, attached) {
      try {
        await transport.sendMail({
          to: { name: '', address: to },
          ...{ subject, text, html },
          ...(attached === undefined
            ? {}
            : {
                attachments: [
                  { filename: attached.name, contentType: attached.media, content: Buffer.from(attached.bytes) },
                ],
              }),
          // The same for a letter that is sent again: who receives it twice may know by it.
          messageId: `<${id}@${host}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
      } catch (error) {
        // The cause stays here: it may quote the letter and what we signed in with.

        throw isFinal(error) ? new Undeliverable(sentenceOf(error)) : new Error(sentenceOf(error));
      }
    },
    async check() {
      try {
        await transport.verify();
        return undefined;
      } catch (error) {
        return sentenceOf(error);
      }
    },
    close: () => transport.close(),
  };
}

/** A refusal of the address or the letter, and not of us: 5xx other than for signing in. */
const isFinal = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'responseCode' in error &&
  typeof error.responseCode === 'number' &&
  error.responseCode >= 550 &&
  error.responseCode < 560;

/** What the mail server said, without what the URL holds. */
function sentenceOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'fault';
  const says =
    typeof error === 'object' && error !== null && 'responseCode' in error ? ` (${String(error.responseCode)})` : '';
  return `The mail server did not take it: ${code}${says}`;
}
