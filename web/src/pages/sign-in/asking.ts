import type { readLink, security, signInState } from '@countersign/api/operations/sign-in.ts';
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { sendJson } from '../../api/session.ts';

/** What an operation answers. The server has parsed it by the very schema, which is named as a type only. */
export type AnswerOf<O extends { readonly answer: { readonly schema: z.ZodType } }> = z.output<O['answer']['schema']>;

export type SignInState = AnswerOf<typeof signInState>;
export type Link = AnswerOf<typeof readLink>;
export type Security = AnswerOf<typeof security>;

export const askState = async (): Promise<SignInState> =>
  (await sendJson(undefined, 'GET', '/api/sign-in')) as SignInState;

export const useSignInState = () => useQuery({ queryKey: ['sign-in'], queryFn: askState, retry: false, staleTime: 0 });

/** To one of better-auth’s doors. */
export const sendAuth = (path: string, body: object = {}): Promise<unknown> =>
  sendJson(undefined, 'POST', `/api/auth${path}`, body);

/** A path of ours out of the address, and nothing that leads to another host. */
export function pathOfOurs(to: string | undefined | null): string {
  if (to == null || !/^\/(?![/\\])/.test(to)) return '/';
  const parsed = URL.parse(to, location.origin);
  return parsed?.origin === location.origin && !parsed.pathname.startsWith('//')
    ? parsed.pathname + parsed.search + parsed.hash
    : '/';
}

/** Goes there with nothing kept of who was here before. */
export const enter = (path: string): void => location.assign(path);
