import { Fault } from '@countersign/api/problem.ts';
import { sendJson } from '../../api/session.ts';
import { sendAuth } from './asking.ts';

export const hasPasskeys = (): boolean => typeof window.PublicKeyCredential === 'function';

const bytesOf = (text: string): ArrayBuffer => {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0)).buffer;
};
const textOf = (bytes: ArrayBuffer | null): string | undefined =>
  bytes === null
    ? undefined
    : btoa(String.fromCharCode(...new Uint8Array(bytes)))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace(/=+$/, '');

interface Described {
  readonly id: string;
  readonly type: 'public-key';
  readonly transports?: AuthenticatorTransport[];
}
const described = (list: readonly Described[] | undefined) =>
  (list ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

/** Whether somebody closed the browser’s own dialog: nothing to tell. */
export const isDismissed = (error: unknown): boolean =>
  error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name);

/** Signs in by a passkey of this device. Throws what the server refuses, or the browser’s DOMException. */
export async function signInByPasskey(): Promise<void> {
  const options = (await sendJson(undefined, 'GET', '/api/auth/passkey/generate-authenticate-options')) as Omit<
    PublicKeyCredentialRequestOptions,
    'challenge' | 'allowCredentials'
  > & { challenge: string; allowCredentials?: Described[] };
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytesOf(options.challenge),
      allowCredentials: described(options.allowCredentials),
    },
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Fault('The browser gave no passkey.');
  // A request for an assertion is answered by one.
  const response = credential.response as AuthenticatorAssertionResponse;
  await sendAuth('/passkey/verify-authentication', {
    response: {
      id: credential.id,
      rawId: textOf(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: {
        authenticatorData: textOf(response.authenticatorData),
        clientDataJSON: textOf(response.clientDataJSON),
        signature: textOf(response.signature),
        userHandle: textOf(response.userHandle),
      },
    },
  });
}

/** Makes a passkey on this device for who is signed in. Throws what the server refuses, or the browser’s DOMException. */
export async function makePasskey(name: string): Promise<void> {
  const options = (await sendJson(undefined, 'GET', '/api/auth/passkey/generate-register-options')) as Omit<
    PublicKeyCredentialCreationOptions,
    'challenge' | 'user' | 'excludeCredentials'
  > & { challenge: string; user: { id: string; name: string; displayName: string }; excludeCredentials?: Described[] };
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytesOf(options.challenge),
      user: { ...options.user, id: bytesOf(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Fault('The browser made no passkey.');
  const response = credential.response as AuthenticatorAttestationResponse;
  await sendAuth('/passkey/verify-registration', {
    name,
    response: {
      id: credential.id,
      rawId: textOf(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: {
        attestationObject: textOf(response.attestationObject),
        clientDataJSON: textOf(response.clientDataJSON),
        transports: response.getTransports(),
      },
    },
  });
}
