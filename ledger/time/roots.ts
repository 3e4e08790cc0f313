import { fromBase64 } from '../base64.ts';
import { LedgerFault } from '../fault.ts';
import { isSelfIssued, parseCertificate, type Certificate } from './certificate.ts';

// A system's own bundle of roots fits, though to give it is to believe very many.
const LONGEST_PEM = 1024 * 1024;
const MOST_CERTIFICATES = 512;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;

/** Whom to believe about time. As with `openssl ts -verify -CAfile`, a chain must end at a root; what stands beside it helps to get there. */
export interface TimeRoots {
  readonly roots: readonly Certificate[];
  readonly between: readonly Certificate[];
}

/**
 * Certificates in PEM, of one authority or of several; text around them is passed over. Refuses `timestamp.roots` where
 * a certificate cannot be read or none is a root (its own issuer).
 */
export function parseTimeRoots(...pems: readonly string[]): TimeRoots {
  if (pems.reduce((sum, { length }) => sum + length, 0) > LONGEST_PEM) throw unusable('are too long');
  const certificates = pems.flatMap((pem) => [...pem.matchAll(CERTIFICATE)].map(([, base64 = '']) => read(base64)));
  if (certificates.length > MOST_CERTIFICATES) throw unusable('are too many');
  const roots = certificates.filter(isSelfIssued);
  if (roots.length === 0) throw unusable('hold no root certificate in PEM, one that is its own issuer');
  return { roots, between: certificates.filter((certificate) => !isSelfIssued(certificate)) };
}

/** Believes nobody: a time-stamp is then read and checked, and untrusted. */
export const NO_TIME_ROOTS: TimeRoots = { roots: [], between: [] };

function read(base64: string): Certificate {
  try {
    return parseCertificate(fromBase64(base64.replaceAll(/\s/g, ''), 'timestamp.roots'));
  } catch (error) {
    if (error instanceof LedgerFault) throw unusable(`hold a certificate that cannot be read (${error.message})`);
    throw error;
  }
}

const unusable = (how: string) => new LedgerFault('timestamp.roots', `The roots of time-stamp authorities ${how}.`);
