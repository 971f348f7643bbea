// Encrypts what must be kept secret and shown again: tokens, private keys, passwords. AES-256-GCM (NIST SP 800-38D)
// under the newest of several keys; older keys still decrypt, so that a key can be replaced without a standstill.

import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

export const keyBytes = 32;

export type KeyRing = {
  /** Format byte, key id (4 bytes), nonce (12), tag (16), then the encrypted bytes. Different each time. */
  encrypt(plain: string | Uint8Array): Buffer;
  /** @throws UnknownKey when it was encrypted under a key that is not in the ring; Error when it was changed. */
  decrypt(sealed: Uint8Array): Buffer;
  /**
   * A key of 32 bytes for one purpose ('tracking links', 'return paths'), newest first: HKDF-SHA-256 (RFC 5869) of each
   * key in the ring. Sign with the first, accept all.
   */
  deriveKeys(purpose: string): readonly [Buffer, ...Buffer[]];
};

/** The text was encrypted under a secret key that this process does not hold. */
export class UnknownKey extends Error {
  override readonly name = 'UnknownKey';
}

const formatByte = 1;
const idBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + idBytes + nonceBytes + tagBytes;

/** `keys` of 32 bytes each, newest first. */
export function createKeyRing(keys: readonly [Buffer, ...Buffer[]]): KeyRing {
  for (const key of keys) assert.equal(key.length, keyBytes, 'a secret key has 32 bytes');
  const [newest] = keys;
  const keysById = new Map(keys.map(key => [keyId(key).toString('hex'), key]));

  return {
    encrypt(plain) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', newest, nonce);
      const head = Buffer.concat([Buffer.of(formatByte), keyId(newest)]);
      // The head is authenticated too: nobody can say that it belongs to another key.
      cipher.setAAD(head);
      const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([head, nonce, cipher.getAuthTag(), encrypted]);
    },
    decrypt(sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (bytes.length < headBytes || bytes[0] !== formatByte)
        throw new Error('This is not an encrypted value of ours.');
      const head = bytes.subarray(0, 1 + idBytes);
      const id = head.subarray(1).toString('hex');
      const key = keysById.get(id);
      if (!key) throw new UnknownKey(`The secret key ${id} is not in the key ring.`);
      const nonce = bytes.subarray(head.length, head.length + nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(head);
      decipher.setAuthTag(bytes.subarray(headBytes - tagBytes, headBytes));
      return Buffer.concat([decipher.update(bytes.subarray(headBytes)), decipher.final()]);
    },
    deriveKeys(purpose) {
      const derive = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', `pennyblack ${purpose}`, keyBytes));
      return [derive(newest), ...keys.slice(1).map(derive)];
    },
  };
}

/** Says which key it was without saying anything about it. */
function keyId(key: Buffer): Buffer {
  return createHash('sha256').update('pennyblack key id').update(key).digest().subarray(0, idBytes);
}
