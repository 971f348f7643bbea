// Finds the SMTP token behind an access key, for submission.

import { timingSafeEqual } from 'node:crypto';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { hashToken } from '@pennyblack/runtime/secrets/hash-token.ts';
import { findSendingServer } from '../servers/find-server.ts';
import type { SendingServer } from '../servers/server.ts';
import { findSmtpTokenByHash } from './store.ts';

export type FoundSmtpToken = {
  smtpTokenId: number;
  /** Look at its `smtpApiActivated`: a server may have SMTP switched off. */
  server: SendingServer;
  /** The stream that all its mail goes to. It may be archived meanwhile: sending says so. */
  streamId: string;
  secretKeyHash: Buffer;
  /** For mechanisms that need the secret itself. */
  secretKeyEncrypted: Buffer;
};

/** Access keys are matched exactly. Undefined when there is none, or when its server was deleted. */
export async function findSmtpToken(db: Queryable, accessKey: string): Promise<FoundSmtpToken | undefined> {
  const token = await findSmtpTokenByHash(db, hashToken(accessKey));
  if (!token) return undefined;
  const { serverId, ...rest } = token;
  const server = await findSendingServer(db, serverId);
  return server && { ...rest, server };
}

export function isSecretKeyOf(token: Pick<FoundSmtpToken, 'secretKeyHash'>, secretKey: string): boolean {
  return timingSafeEqual(token.secretKeyHash, hashToken(secretKey));
}
