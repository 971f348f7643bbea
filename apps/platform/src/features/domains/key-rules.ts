// Decides which DKIM keys are shown, sign, are activated and revoked. Pure. Source: Postmark's Domains API.

import { createPublicKey } from 'node:crypto';
import { isGoneForGood } from './check-rules.ts';
import type { DkimKey, DomainCheck } from './domain.ts';

export type KeyPair = { rsa: DkimKey | undefined; ed25519: DkimKey | undefined };
export type KeyLayout = { active: KeyPair; pending: KeyPair; revoked: KeyPair };

/** The newest key of each kind and state. A pending Ed25519 key of a generation that a rotation has passed is not asked for any more. */
export function layOutKeys(keys: readonly DkimKey[]): KeyLayout {
  const newestFirst = keys.toSorted((a, b) => b.generation - a.generation);
  const newest = newestFirst[0]?.generation ?? 0;
  const pairOf = (state: DkimKey['state'], among: readonly DkimKey[]): KeyPair => {
    const of = (algorithm: DkimKey['algorithm']) =>
      among.find(key => key.state === state && key.algorithm === algorithm);
    return { rsa: of('rsa-sha256'), ed25519: of('ed25519-sha256') };
  };
  return {
    active: pairOf('active', newestFirst),
    pending: pairOf(
      'pending',
      newestFirst.filter(key => key.generation === newest),
    ),
    revoked: pairOf('revoked', newestFirst),
  };
}

export function dkimHost(key: Pick<DkimKey, 'selector'>, domain: string): string {
  return `${key.selector}._domainkey.${domain}`;
}

export type KeyMoves = { activate: string[]; revoke: string[] };

/**
 * What follows from the records that were found, as selectors. The RSA key leads: when a pending one is found, its pair takes
 * over and all older keys are revoked. An Ed25519 key signs beside its RSA key, as soon as its own record is found.
 */
export function moveKeys(keys: readonly DkimKey[], isFound: (key: DkimKey) => boolean): KeyMoves {
  const rsaKeys = keys.filter(key => key.algorithm === 'rsa-sha256' && key.state !== 'revoked');
  const taken = rsaKeys
    .filter(key => key.state === 'pending' && isFound(key))
    .toSorted((a, b) => b.generation - a.generation)[0];
  const leading = taken?.generation ?? Math.max(0, ...rsaKeys.filter(isActive).map(key => key.generation));
  const activate = keys.filter(
    key =>
      key.state === 'pending' &&
      key.generation === leading &&
      (key === taken || (key.algorithm === 'ed25519-sha256' && isFound(key))),
  );
  const revoke = taken ? keys.filter(key => key.state !== 'revoked' && key.generation < taken.generation) : [];
  return { activate: activate.map(key => key.selector), revoke: revoke.map(key => key.selector) };
}

function isActive(key: DkimKey): boolean {
  return key.state === 'active';
}

/** A key whose record has been gone for longer than its grace does not sign: nobody could verify it. */
export function maySign(key: DkimKey, check: DomainCheck | undefined): boolean {
  return key.state === 'active' && !isGoneForGood(check);
}

/** Longer than mail waits in queues: ours for two days, those of relays and receivers for up to five (RFC 5321 4.5.4.1). */
const overlapInDays = 7;

/** Whether no mail on its way can need the record of this revoked key any more. */
export function isSafeToRemove(key: Pick<DkimKey, 'revokedAt'>, now: Date): boolean {
  return key.revokedAt !== null && now.getTime() - key.revokedAt.getTime() >= overlapInDays * 86_400_000;
}

/** Shorter than 1024 bits (RFC 8301 3.2). */
export function isWeakKey(key: Pick<DkimKey, 'publicKey'>): boolean {
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' });
  return (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < 1024;
}

export type UpdateStatus = 'Pending' | 'Verified' | 'Failed';

/** `Failed`: at the place of the pending key somebody has published something else. */
export function updateStatus(pending: DkimKey | undefined, check: DomainCheck | undefined): UpdateStatus {
  if (!pending) return 'Verified';
  return check?.state === 'different' ? 'Failed' : 'Pending';
}

/** The selector is the UTC time of creation; the Ed25519 key of the pair, which needs a name of its own (RFC 8463 3), ends in `e`. */
export function makeSelectors(now: Date, taken: ReadonlySet<string>): { rsa: string; ed25519: string } {
  for (let second = 0; ; second += 1) {
    const time = new Date(now.getTime() + second * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
    if (!taken.has(`${time}pm`)) return { rsa: `${time}pm`, ed25519: `${time}pme` };
  }
}
