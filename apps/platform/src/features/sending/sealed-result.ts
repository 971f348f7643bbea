// Encrypts the result of a request under the request's own key, and reads it again when the request is repeated.

import { createKeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { SendResult } from './send-result.ts';

export function sealResult(sealingKey: Buffer, result: SendResult): Buffer {
  return createKeyRing([sealingKey]).encrypt(JSON.stringify(result));
}

/** Throws when it was sealed for another request. */
export function openResult(sealingKey: Buffer, sealed: Buffer): SendResult {
  const result = JSON.parse(createKeyRing([sealingKey]).decrypt(sealed).toString('utf8'));
  return result.kind === 'accepted' ? { ...result, submittedAt: new Date(result.submittedAt) } : result;
}
