/** The public surface of the ledger room. */
export { LedgerFault, type FaultCode } from './fault.ts';
export { canonicalBytes, canonicalText, parseCanonical, type Json } from './canonical.ts';
export { EMPTY_ROOT, hashFromHex, leafHash, nodeHash, sha256, toHex, type Hash } from './hash.ts';
export { Frontier, rootOf } from './frontier.ts';
export { memoryReader, readRoot, type Node, type NodeReader } from './subtree.ts';
export { inclusionProof, verifyInclusion } from './inclusion.ts';
export { consistencyProof, verifyConsistency } from './consistency.ts';
export { bodyDigest, itemDigest, newSalt, saltedDigest, saltedDigestOf, SALT_BYTES } from './salted.ts';
export {
  compareIds,
  gatherSubjects,
  itemProof,
  ItemsRoot,
  MOST_SUBJECTS,
  subjectLeaf,
  verifyItemProof,
} from './items.ts';
export {
  ACT,
  COLLECTION,
  parseStatement,
  PAYLOAD_TYPE,
  statementBytes,
  type Statement,
  type Subject,
} from './statement.ts';
export { envelopeBytes, pae, parseEnvelope, type Envelope } from './dsse.ts';
export { rekorDsse, type Leaf, type LeafCodec } from './leaf.ts';
export { envelopeOf, sealStatement, verifyEntry, type SealedEntry } from './entry.ts';
export {
  fingerprint,
  parseVerifierKey,
  printVerifierKey,
  spkiOf,
  verifierKey,
  verifySignature,
  type Signer,
  type VerifierKey,
} from './key.ts';
export { ed25519Signer } from './signer.ts';
export { parseNote, printNote, signNote, verifyNote, type Note } from './note.ts';
export { openCheckpoint, parseCheckpoint, printCheckpoint, signCheckpoint, type Checkpoint } from './checkpoint.ts';
export { decodeBundle, encodeBundle, LONGEST_ENTRY } from './bundle.ts';
export {
  indexPath,
  parseTilePath,
  tilePath,
  TILE_WIDTH,
  tilesOf,
  widthAt,
  type Tile,
  type TileLevel,
} from './tile-path.ts';
export { readTile, tileReader } from './tile-reader.ts';
export type { Storage } from './storage.ts';
export { fileStorage } from './file-storage.ts';
export { s3Storage, type ObjectHeaders, type ObjectStore } from './s3-storage.ts';
export { memoryStorage } from './memory-storage.ts';
export { publish, readCheckpoint, type EntrySource, type IndexedEntry } from './sequencer.ts';
export { filePath, payloadPath, type PayloadLine } from './payload.ts';
export { exportLog, type ExportOptions, type PayloadSource } from './export.ts';
export { diskFolder } from './disk-folder.ts';
export type { Folder } from './folder.ts';
export { verifyExport, type Verification, type VerifyOptions } from './verify.ts';
export { MEANINGS, meaningOf } from './meanings.ts';
export { reportOf, type Report } from './report.ts';
export { verifyPath } from './verify-path.ts';
export { verifyFolder, type Answer, type AnswerOptions, type Opening } from './binder/verify.ts';
export { writeBinder, type BinderFile, type BinderInfo, type BinderWritten } from './binder/writer.ts';
export { printAbout, PROFILE, type About } from './binder/about.ts';
export { logFiles } from './binder/log-files.ts';
export { evidenceFiles, type Evidence, type EvidenceEntry } from './binder/evidence-files.ts';
export { nameFor, refuseUnsafe } from './binder/path.ts';
export { printFileLine, type FileLine } from './binder/files.ts';
export { printClaimLine, type ClaimLine } from './binder/claims.ts';
export { printRedaction, type Redaction } from './binder/redactions.ts';
export { blobAccess, zipFolder } from './binder/zip-folder.ts';
export { openFile } from './binder/zip-file.ts';
export type { Hidden } from './payload-check.ts';
export type { Seen } from './seen.ts';
export type { Failure, FindingCode } from './findings.ts';
export type { PayloadCount } from './payload-check.ts';
export { proofFor, proverOf, verifyProof } from './tlog-proof.ts';
export { parseWitnessKey, printWitnessKey, witnessKey, type WitnessKey } from './witness/key.ts';
export {
  addCosignatures,
  cosign,
  cosignaturesOf,
  verifyCosignature,
  type Cosigned,
  type Cosigner,
} from './witness/cosignature.ts';
export { parseRequest, printRequest, LONGEST_REQUEST, type WitnessRequest } from './witness/request.ts';
export { decide, NOTHING_COSIGNED, type Decision, type Outcome, type Witnessed } from './witness/decide.ts';
export { answerRequest, toAnswer, type WitnessAnswer, type WitnessMemory } from './witness/witness.ts';
export { askWitness, readAnswer, requestBody, type Asking, type Obtained, type Post } from './witness/ask.ts';
export { fileMemory, type FileMemory } from './witness/file-memory.ts';
export { parseAnswerFile, parseRequestFile, printAnswerFile, printRequestFile } from './witness/mail.ts';
export { stamp, type StampOptions, type Stamped, type TimeAuthority, type TimePost } from './time/ask.ts';
export { NO_TIME_ROOTS, parseTimeRoots, type TimeRoots } from './time/roots.ts';
export { timeStampRequest, type TimeStampRequest } from './time/request.ts';
export { checkTimeStamp, verifyTimeStamp, type CertificateName, type TimeStamp } from './time/verify.ts';
export { keyFileSigner } from './custody/key-file.ts';
export { pkcs11Signer, type Pkcs11Key } from './custody/pkcs11.ts';
export { BUNDLE_TYPE, signatureIn, sigstoreBundle, type BundleParts } from './sigstore/bundle.ts';
export {
  sigstoreSignerKey,
  sigstoreTrustedRoot,
  TRUSTED_ROOT_TYPE,
  type SignerKey,
  type TrustedAuthority,
  type TrustedLog,
} from './sigstore/trusted-root.ts';
export { handOver, ROTATE } from './rotation.ts';
