import { LedgerFault } from '../fault.ts';
import { LONGEST_REQUEST } from './request.ts';
import { SIZE_TYPE, type WitnessAnswer } from './witness.ts';

const REQUEST = 'witness-request v1';
const ANSWER = 'witness-answer v1';

/** A witness may sit behind mail: the request as a file, its first line saying what it is, the rest what HTTP would carry. */
export const printRequestFile = (body: string): string => `${REQUEST}\n\n${body}`;

/** The body of the request. Refuses `request.malformed`. */
export function parseRequestFile(file: string): string {
  const { head, body } = cut(file);
  if (head !== REQUEST) throw new LedgerFault('request.malformed', 'The file is not a request to a witness.');
  return body;
}

export const printAnswerFile = ({ status, body }: WitnessAnswer): string => `${ANSWER}\nstatus ${status}\n\n${body}`;

/** Refuses `answer.malformed`. */
export function parseAnswerFile(file: string): WitnessAnswer {
  const { head, body } = cut(file);
  const status = new RegExp(`^${ANSWER}\nstatus ([1-5][0-9]{2})$`).exec(head)?.[1];
  if (status === undefined) throw new LedgerFault('answer.malformed', 'The file is not an answer of a witness.');
  return { status: Number(status), contentType: status === '409' ? SIZE_TYPE : 'text/plain; charset=utf-8', body };
}

// Mail programs like to end lines their own way; neither text has a carriage return of its own.
function cut(file: string): { head: string; body: string } {
  const text = file.length > LONGEST_REQUEST * 2 ? '' : file.replaceAll('\r\n', '\n');
  const gap = text.indexOf('\n\n');
  return { head: text.slice(0, Math.max(gap, 0)), body: text.slice(gap + 2) };
}
