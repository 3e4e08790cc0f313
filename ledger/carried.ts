import { HASH_BYTES, sha256, type Hash } from './hash.ts';

/**
 * Which entry's payload carried the body of an item. A table with open addressing, 36 bytes a slot: an export may carry
 * tens of millions of items, past what a Map holds.
 */
export class Carried {
  #keys = Buffer.alloc(1024 * HASH_BYTES);
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

  #slotOf(key: Buffer): number {
    const slots = this.#entries.length;
    let slot = key.readUInt32BE(0) % slots;
    while (this.#entries[slot] !== 0 && key.compare(this.#keys, slot * HASH_BYTES, (slot + 1) * HASH_BYTES) !== 0)
      slot = (slot + 1) % slots;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const entries = this.#entries;
    this.#keys = Buffer.alloc(keys.length * 2);
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
const keyOf = (item: string, digest: Hash): Buffer => Buffer.from(sha256(Buffer.concat([digest, Buffer.from(item)])));
