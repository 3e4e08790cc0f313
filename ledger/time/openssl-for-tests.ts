import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TAG, writeDer } from './der.ts';

/** Why the tests with `openssl` are left out; undefined where it is installed. */
export const opensslMissing: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';

export const KEYS = {
  'RSA 2048': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'RSA 3072': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  Ed25519: ['-algorithm', 'ED25519'],
} as const satisfies Record<string, readonly string[]>;
export type KeyKind = keyof typeof KEYS;

export interface LocalOptions {
  readonly root?: KeyKind;
  readonly signer?: KeyKind;
  /** Digest of the token's signature. */
  readonly digest?: 'sha256' | 'sha384' | 'sha512';
  /** How the signed attributes name the certificate. */
  readonly named?: 'sha1' | 'sha256' | 'sha512';
  readonly purposes?: string;
  /** Sign the certificate of the authority by RSA-PSS. */
  readonly pss?: boolean;
}

/** A time-stamp authority of OpenSSL's in a temporary folder: root, a certificate between, signer. For tests: it proves nothing. */
export class LocalAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'ledger-tsa-'));
  readonly roots: string;
  readonly signerPem: string;
  readonly betweenPem: string;

  constructor({
    root = 'P-256',
    signer = 'P-256',
    digest = 'sha256',
    named = 'sha256',
    purposes = 'critical,timeStamping',
    pss = false,
  }: LocalOptions = {}) {
    writeFileSync(this.at('openssl.cnf'), configuration(digest, named, purposes));
    for (const [name, kind] of [
      ['root', root],
      ['between', root],
      ['signer', signer],
    ] as const)
      this.run('genpkey', ...KEYS[kind], '-out', this.at(`${name}.key`));
    const certify = (name: string, subject: string, extensions: string, ...by: readonly string[]) => {
      const common = ['-days', '3650', '-extfile', this.at('openssl.cnf'), '-extensions', extensions];
      this.run('req', '-new', '-key', this.at(`${name}.key`), '-subj', subject, '-out', this.at(`${name}.csr`));
      this.run('x509', '-req', '-in', this.at(`${name}.csr`), ...common, ...by, '-out', this.at(`${name}.pem`));
    };
    const by = (name: string) => ['-CA', this.at(`${name}.pem`), '-CAkey', this.at(`${name}.key`), '-CAcreateserial'];
    const scheme = pss ? ['-sha256', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'] : [];
    certify('root', '/O=Example/CN=Example Time Root', 'root', '-signkey', this.at('root.key'));
    certify('between', '/O=Example/CN=Example Time CA', 'between', ...by('root'));
    certify('signer', '/O=Example/CN=Example Time-stamps', 'signer', ...by('between'), ...scheme);
    this.roots = this.text('root.pem');
    this.signerPem = this.text('signer.pem');
    this.betweenPem = this.text('between.pem');
    writeFileSync(this.at('serial'), '01\n');
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  text(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  run(...args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: this.folder });
  }

  /** Answers a TimeStampReq. */
  answer(request: Uint8Array): Uint8Array {
    writeFileSync(this.at('request.tsq'), request);
    const signing = [
      '-signer',
      this.at('signer.pem'),
      '-inkey',
      this.at('signer.key'),
      '-chain',
      this.at('between.pem'),
    ];
    const reply = ['ts', '-reply', '-config', this.at('openssl.cnf'), '-queryfile', this.at('request.tsq')];
    this.run(...reply, ...signing, '-out', this.at('reply.tsr'));
    return new Uint8Array(readFileSync(this.at('reply.tsr')));
  }

  /** The same statement of time signed anew by `openssl cms`, which can do what `openssl ts` cannot; undefined where it cannot either. */
  signAnew(statement: Uint8Array, ...options: readonly string[]): Uint8Array | undefined {
    writeFileSync(this.at('statement'), statement);
    const what = ['-in', this.at('statement'), '-binary', '-nodetach', '-econtent_type', '1.2.840.113549.1.9.16.1.4'];
    const who = [
      '-signer',
      this.at('signer.pem'),
      '-inkey',
      this.at('signer.key'),
      '-certfile',
      this.at('between.pem'),
    ];
    const out = ['-outform', 'DER', '-out', this.at('token'), '-cades', '-nosmimecap'];
    const { status } = spawnSync('openssl', ['cms', '-sign', ...what, ...who, ...out, ...options], { stdio: 'ignore' });
    if (status !== 0) return undefined;
    const granted = writeDer(TAG.sequence, writeDer(TAG.integer, Uint8Array.of(0)));
    return writeDer(TAG.sequence, granted, new Uint8Array(readFileSync(this.at('token'))));
  }

  /** Whether `openssl ts -verify` accepts the answer over these bytes. */
  accepts(response: Uint8Array, bytes: Uint8Array, roots = this.roots): boolean {
    writeFileSync(this.at('checked.tsr'), response);
    writeFileSync(this.at('checked.data'), bytes);
    writeFileSync(this.at('checked.pem'), roots);
    const files = ['-in', this.at('checked.tsr'), '-data', this.at('checked.data'), '-CAfile', this.at('checked.pem')];
    return spawnSync('openssl', ['ts', '-verify', ...files], { stdio: 'ignore' }).status === 0;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

const configuration = (digest: string, named: string, purposes: string) => `
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[between]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signer]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = ${purposes}
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = ./serial
crypto_device = builtin
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512
signer_digest = ${digest}
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = ${named}
`;
