// Creates a server with its first token. Its streams are made by the caller, in the same transaction.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { makeToken } from '../accounts/make-token.ts';
import type { DeliveryType } from './server.ts';
import { insertServer, insertServerToken } from './store.ts';

export async function createServer(
  tx: Tx,
  keyRing: KeyRing,
  server: {
    accountId: number;
    name: string;
    deliveryType: DeliveryType;
    color: string;
    givenToken?: string | undefined;
  },
  now: Date,
): Promise<{ serverId: number; token: string }> {
  const serverId = await insertServer(tx, server, now);
  const token = makeToken(keyRing, server.givenToken);
  await insertServerToken(tx, serverId, 'First token', token, now);
  return { serverId, token: token.token };
}
