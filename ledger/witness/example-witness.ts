import { exampleSigner } from '../example-log.ts';
import type { Cosigner } from './cosignature.ts';
import { witnessKey, type WitnessKey } from './key.ts';

/** An invented witness for tests: its 32 private bytes are all `byte`. */
export const exampleWitness = (byte = 31, name = 'witness.example.com/w1'): { cosigner: Cosigner; key: WitnessKey } => {
  const signer = exampleSigner(byte);
  return { cosigner: { name, signer }, key: witnessKey(name, signer.publicKey) };
};

/** 2026-03-02T00:00:00Z, in seconds. */
export const EXAMPLE_TIME = 1_772_409_600;
