import { concat, sameBytes, utf8 } from './bytes.ts';
import { HASH_BYTES, sha256, type Hash } from './hash.ts';

/**
 * Which entry's payload carried the body of an item. A table with open addressing, 36 bytes a slot: an export may carry
 * tens of millions of items, past what a Map holds.
 */
export class Carried {
  #keys = new Uint8Array(1024 * HASH_BYTES);
  #entries = new Uint32Array(1024); // entry index + 1; 0 is free
  #count = 0;

  /** The first entry stays: later references name the place where the body is. */
  add(item: string, digest: Hash, entry: number): void {
    if (this.#count * 2 >= this.#entries.length) this.#grow();
    const key = keyOf(item, digest);
    const slot = this.#slotOf(key);
    if (this.#entries[slot] !== 0) return;
    this.#keys.set(key, slot * HASH_BYTES);
    this.#entries[slot] = entry + 1;
    this.#count++;
  }

  find(item: string, digest: Hash): number | undefined {
    const found = this.#entries[this.#slotOf(keyOf(item, digest))];
    return found === undefined || found === 0 ? undefined : found - 1;
  }

  #slotOf(key: Uint8Array): number {
    const slots = this.#entries.length;
    let slot = new DataView(key.buffer, key.byteOffset).getUint32(0) % slots;
    while (this.#entries[slot] !== 0 && !this.#holds(slot, key)) slot = (slot + 1) % slots;
    return slot;
  }

  #holds(slot: number, key: Uint8Array): boolean {
    return sameBytes(key, this.#keys.subarray(slot * HASH_BYTES, (slot + 1) * HASH_BYTES));
  }

  #grow(): void {
    const keys = this.#keys;
    const entries = this.#entries;
    this.#keys = new Uint8Array(keys.length * 2);
    this.#entries = new Uint32Array(entries.length * 2);
    entries.forEach((entry, old) => {
      if (entry === 0) return;
      const key = keys.subarray(old * HASH_BYTES, (old + 1) * HASH_BYTES);
      const slot = this.#slotOf(key);
      this.#keys.set(key, slot * HASH_BYTES);
      this.#entries[slot] = entry;
    });
  }
}

// The id is part of the key: a reference must not move a body to another item.
const keyOf = (item: string, digest: Hash): Uint8Array => sha256(concat([digest, utf8(item)]));
