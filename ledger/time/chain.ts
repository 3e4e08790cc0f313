import { LedgerFault } from '../fault.ts';
import { sameBytes } from '../hash.ts';
import { isIssuedBy, type Certificate } from './certificate.ts';
import { ANY_PURPOSE, KEY_USAGE, TIME_STAMPING } from './extensions.ts';
import type { TimeRoots } from './roots.ts';

const LONGEST_CHAIN = 8;
// Certificates with one name may be many, and each try costs a signature check: hostile tokens do not get to choose how many.
const MOST_TRIES = 48;

/**
 * The chain from a certificate to a root, both included, all valid `at` (milliseconds since 1970); null where no given root is
 * reached. Refuses `timestamp.expired` where the only chains hold a certificate that was not valid then. RFC 5280 §6 without
 * revocation, which would need a network, and without name constraints, which are refused when critical.
 */
export async function chainTo(
  leaf: Certificate,
  others: readonly Certificate[],
  { roots, between }: TimeRoots,
  at: number,
): Promise<readonly Certificate[] | null> {
  let tries = MOST_TRIES;
  let outOfTime: Certificate | undefined;

  const isValid = (certificate: Certificate) => {
    const valid = certificate.notBefore <= at && at <= certificate.notAfter;
    if (!valid) outOfTime ??= certificate;
    return valid;
  };

  async function climb(chain: readonly Certificate[], last: Certificate): Promise<readonly Certificate[] | null> {
    const root = roots.find(({ sha256 }) => sha256 === last.sha256);
    if (root !== undefined) return chain;
    if (chain.length >= LONGEST_CHAIN) return null;
    for (const issuer of [...roots, ...between, ...others]) {
      if (!namesIssuer(last, issuer) || chain.some(({ sha256 }) => sha256 === issuer.sha256)) continue;
      // Below the issuer stand the certificates of the chain; the first of them is no authority.
      if (!maySign(issuer, chain.length - 1) || tries-- <= 0 || !(await signs(issuer, last))) continue;
      const found = await climb([...chain, issuer], issuer);
      if (found !== null && found.every(isValid)) return found;
    }
    return null;
  }

  const found = await climb([leaf], leaf);
  if (found?.every(isValid)) return found;
  if (outOfTime !== undefined)
    throw new LedgerFault(
      'timestamp.expired',
      `The certificate “${outOfTime.name}” of the time-stamp was not valid at the time it states.`,
    );
  return null;
}

/** A certificate signed by old means is no link, and no reason to overlook another that is. */
async function signs(issuer: Certificate, certificate: Certificate): Promise<boolean> {
  try {
    return await isIssuedBy(certificate, issuer);
  } catch (error) {
    if (error instanceof LedgerFault) return false;
    throw error;
  }
}

function namesIssuer(
  { issuer, extensions: { issuerKeyId } }: Certificate,
  { subject, extensions }: Certificate,
): boolean {
  const fits = issuerKeyId === undefined || extensions.keyId === undefined || issuerKeyId === extensions.keyId;
  return fits && sameBytes(issuer, subject);
}

function maySign({ extensions }: Certificate, below: number): boolean {
  const { isAuthority, pathLength, keyUsage, purposes, unknown } = extensions;
  return (
    isAuthority &&
    (pathLength === undefined || below <= pathLength) &&
    (keyUsage === undefined || keyUsage.has(KEY_USAGE.keyCertSign)) &&
    (purposes === undefined || purposes.oids.some((oid) => oid === TIME_STAMPING || oid === ANY_PURPOSE)) &&
    unknown.length === 0
  );
}
