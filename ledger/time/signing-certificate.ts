import { LedgerFault } from '../fault.ts';
import { sameBytes } from '../hash.ts';
import { digest, hashNamed, readAlgorithm, type HashName } from './algorithm.ts';
import type { Certificate } from './certificate.ts';
import { context, Fields, malformed, TAG, unwrap, valuesIn, type Der } from './der.ts';

const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

/**
 * Refuses `timestamp.certificate` unless the signed attributes name this certificate (RFC 2634 §5.4, RFC 5035; asked for by RFC 3161 §2.4.2):
 * otherwise a second certificate of the same key, with other rights, could be put in its place. The first form names it
 * by SHA-1; that is no weakness of the time-stamp, whose signature this certificate's key must have made all the same.
 */
export async function refuseOtherCertificate(attributes: ReadonlyMap<string, Der>, signer: Certificate): Promise<void> {
  const first = attributes.get(SIGNING_CERTIFICATE);
  const second = attributes.get(SIGNING_CERTIFICATE_V2);
  if (first === undefined && second === undefined) throw malformed('does not sign which certificate it is signed with');
  for (const [attribute, named] of [
    [first, 'SHA-1'],
    [second, 'SHA-256'],
  ] as const)
    if (attribute !== undefined && !(await names(attribute, named, signer)))
      throw new LedgerFault(
        'timestamp.certificate',
        'The time-stamp is signed for another certificate than it brings.',
      );
}

async function names(attribute: Der, usual: HashName | 'SHA-1', signer: Certificate): Promise<boolean> {
  const [ids] = valuesIn(attribute.content);
  const [id] = ids === undefined ? [] : valuesIn(ids.content);
  if (id === undefined) throw malformed('signs no certificate');
  const fields = new Fields(id, 'certificate identifier');
  const algorithm = fields.optional(TAG.sequence);
  const hash = algorithm === undefined ? usual : hashNamed(readAlgorithm(algorithm));
  const certHash = fields.take(TAG.octetString).content;
  const issuerSerial = fields.optional(TAG.sequence);
  fields.end();
  return (
    sameBytes(certHash, await digest(hash, signer.der)) &&
    (issuerSerial === undefined || isIssuerSerial(issuerSerial, signer))
  );
}

function isIssuerSerial(value: Der, { issuer, serial }: Certificate): boolean {
  const fields = new Fields(value, 'certificate identifier');
  const names = [...valuesIn(fields.take(TAG.sequence).content)];
  const number = fields.take(TAG.integer).content;
  // A distinguished name among general names: `[4]`, explicit because a Name is a choice.
  return (
    sameBytes(number, serial) && names.some((name) => name.tag === context(4) && sameBytes(unwrap(name).bytes, issuer))
  );
}
