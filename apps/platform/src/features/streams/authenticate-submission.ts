// Decides who hands over mail by SMTP: a server token as user name and password, or an SMTP token (access key and secret
// key) that fixes the stream. Account tokens open nothing. Source: Postmark's guide to sending by SMTP.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { SendingServer } from '../servers/server.ts';
import { type FoundSmtpToken, isSecretKeyOf } from './find-smtp-token.ts';
import type { SubmissionCaller } from './submission-caller.ts';

/** The password itself, or its proof by CRAM-MD5 (RFC 2195): the keyed digest of a challenge, in lower-case hexadecimal digits. */
export type SubmissionSecret =
  | { kind: 'password'; password: string }
  | { kind: 'digest'; challenge: string; response: string };

export type SubmissionLogin =
  | { kind: 'accepted'; caller: SubmissionCaller; renew(): Promise<SubmissionCaller | undefined> }
  | { kind: 'unknown' }
  | { kind: 'smtp_not_activated' };

/** Both answer from a cache that ends with any change of the directory. Server tokens are asked for in lower case. */
export type SubmissionLookups = {
  serverOfToken(token: string): Promise<(SendingServer & { tokenId: number }) | undefined>;
  smtpToken(accessKey: string): Promise<FoundSmtpToken | undefined>;
  keyRing: Pick<KeyRing, 'decrypt'>;
};

const testToken = 'postmark_api_test';
const charactersMax = 256;

/** Nobody's server: ids start at 1, so 0 finds nothing anywhere. */
const testCaller: SubmissionCaller = {
  serverId: 0,
  server: {
    serverId: 0,
    accountId: 0,
    name: '',
    deliveryType: 'Sandbox',
    trackOpens: false,
    trackLinks: 'None',
    smtpApiActivated: true,
  },
  credential: 'test',
  streamId: undefined,
  isTest: true,
};

/** Rejects with DatabaseUnavailable when it cannot be known. */
export async function authenticateSubmission(
  lookups: SubmissionLookups,
  user: string,
  secret: SubmissionSecret,
): Promise<SubmissionLogin> {
  const name = user.trim();
  if (name === '' || name.length > charactersMax) return { kind: 'unknown' };
  // A server token is its own password, in any case, as everywhere. Nothing else can have its password for a name.
  if (isTokenItself(name, secret)) return authenticateByToken(lookups, name.toLowerCase());
  return authenticateByKeys(lookups, name, secret);
}

function isTokenItself(name: string, secret: SubmissionSecret): boolean {
  if (secret.kind === 'password') return secret.password.trim().toLowerCase() === name.toLowerCase();
  return [name, name.toLowerCase(), name.toUpperCase()].some(password => proves(secret, password));
}

function proves(secret: SubmissionSecret & { kind: 'digest' }, password: string): boolean {
  const expected = createHmac('md5', password).update(secret.challenge).digest();
  const received = Buffer.from(secret.response, 'hex');
  return received.length === expected.length && timingSafeEqual(received, expected);
}

async function authenticateByToken(lookups: SubmissionLookups, token: string): Promise<SubmissionLogin> {
  if (token === testToken) return { kind: 'accepted', caller: testCaller, renew: async () => testCaller };
  const find = async (): Promise<SubmissionCaller | undefined> => {
    const server = await lookups.serverOfToken(token);
    if (!server) return undefined;
    const { serverId, tokenId } = server;
    return { serverId, server, credential: `server-token:${tokenId}`, streamId: undefined, isTest: false };
  };
  return accept(find);
}

async function authenticateByKeys(
  lookups: SubmissionLookups,
  accessKey: string,
  secret: SubmissionSecret,
): Promise<SubmissionLogin> {
  const find = async (): Promise<SubmissionCaller | undefined> => {
    const token = await lookups.smtpToken(accessKey);
    if (!token || !isSecretOf(lookups, token, secret)) return undefined;
    const { server, streamId, smtpTokenId } = token;
    return { serverId: server.serverId, server, credential: `smtp-token:${smtpTokenId}`, streamId, isTest: false };
  };
  return accept(find);
}

function isSecretOf(lookups: SubmissionLookups, token: FoundSmtpToken, secret: SubmissionSecret): boolean {
  if (secret.kind === 'password') return isSecretKeyOf(token, secret.password);
  return proves(secret, lookups.keyRing.decrypt(token.secretKeyEncrypted).toString('utf8'));
}

async function accept(find: () => Promise<SubmissionCaller | undefined>): Promise<SubmissionLogin> {
  const caller = await find();
  if (!caller) return { kind: 'unknown' };
  if (!caller.server.smtpApiActivated) return { kind: 'smtp_not_activated' };
  const renew = async () => {
    const now = await find();
    return now?.server.smtpApiActivated ? now : undefined;
  };
  return { kind: 'accepted', caller, renew };
}
