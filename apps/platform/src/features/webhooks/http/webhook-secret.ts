// A signing key on the wire: what its receiver needs to check signatures with. Ours.

import { Type } from 'typebox';
import { isActive, publicSigningKey } from '../signing-keys.ts';
import type { SigningKey } from '../webhook.ts';

export const webhookSecretsSchema = Type.Object({
  Secrets: Type.Array(
    Type.Object({
      Id: Type.String(),
      Type: Type.Enum(['hmac', 'ed25519']),
      Key: Type.String({ description: 'hmac: the shared secret, `whsec_…`. ed25519: the public key, `whpk_…`.' }),
      CreatedAt: Type.String(),
      ExpiresAt: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

/** Without those that have ended. */
export function toWireSecrets(keys: readonly SigningKey[], now: Date): Type.Static<typeof webhookSecretsSchema> {
  const valid = keys.filter(key => isActive(key, now));
  return {
    Secrets: valid.map(key => ({
      Id: key.keyId,
      Type: key.kind,
      Key: publicSigningKey(key),
      CreatedAt: key.createdAt,
      ExpiresAt: key.expiresAt,
    })),
  };
}
