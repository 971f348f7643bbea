// Decides what an answer of the DNS says about a record that we expect, and what follows. Pure.
// Sources: RFC 6376 3.2 and 3.6.1 (tags of DKIM records), RFC 1034 3.6.2 (CNAME).

import type { CheckPurpose, DkimAlgorithm, DomainCheck, RecordState } from './domain.ts';
import type { DnsLookUp } from './ports.ts';

export type CheckResult =
  | { kind: 'clear'; state: RecordState; foundValue: string | null }
  | { kind: 'failed' | 'unreachable'; reason: string };

const foundValueCharactersMax = 1000;

function clear(state: RecordState, records: readonly string[]): CheckResult {
  // PostgreSQL stores no NUL, and what strangers publish need not be kept whole.
  const text = records.join(' | ').replaceAll('\0', '').slice(0, foundValueCharactersMax);
  return { kind: 'clear', state, foundValue: records.length > 0 ? text : null };
}

/** Tag names in any case; values lose their white space, which may stand anywhere inside of `p=`. */
function readTags(record: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of record.split(';')) {
    const at = part.indexOf('=');
    if (at < 0) continue;
    tags.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).replace(/\s/g, ''));
  }
  return tags;
}

function listHas(tag: string | undefined, ...wanted: string[]): boolean {
  if (tag === undefined) return true;
  return tag
    .toLowerCase()
    .split(':')
    .some(each => wanted.includes(each));
}

function publishesKey(record: string, algorithm: DkimAlgorithm, publicKey: string): boolean {
  const tags = readTags(record);
  const version = tags.get('v');
  if (version !== undefined && version.toUpperCase() !== 'DKIM1') return false;
  const kind = algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519';
  if ((tags.get('k') ?? 'rsa').toLowerCase() !== kind) return false;
  if (!listHas(tags.get('h'), 'sha256') || !listHas(tags.get('s'), '*', 'email')) return false;
  const withoutPadding = (text: string) => text.replace(/=+$/, '');
  return withoutPadding(tags.get('p') ?? '') === withoutPadding(publicKey);
}

/** One of several records is enough: which of them a receiver takes is its own choice, but they are the owner's mistake. */
export function judgeDkim(answer: DnsLookUp, algorithm: DkimAlgorithm, publicKey: string): CheckResult {
  if (answer.kind === 'absent') return clear('missing', []);
  if (answer.kind !== 'records') return answer;
  const isThere = answer.records.some(record => publishesKey(record, algorithm, publicKey));
  return clear(isThere ? 'found' : 'different', answer.records);
}

/** `steps` are the names that the aliases led to, in order; `end` is the answer that gave no further one. */
export function judgeAlias(steps: readonly string[], end: DnsLookUp, target: string): CheckResult {
  const bare = (name: string) => name.toLowerCase().replace(/\.$/, '');
  if (steps.some(step => bare(step) === bare(target))) return clear('found', steps);
  if (end.kind === 'failed' || end.kind === 'unreachable') return end;
  return clear(steps.length === 0 ? 'missing' : 'different', steps);
}

/** A look-up that fails changes nothing but `failure`: a name server that is down says nothing about the record. */
export function noteResult(
  purpose: CheckPurpose,
  host: string,
  before: DomainCheck | undefined,
  result: CheckResult,
  now: Date,
): { check: DomainCheck; isChanged: boolean } {
  const known = before ?? {
    state: null,
    foundValue: null,
    clearAt: null,
    changedAt: null,
    firstFoundAt: null,
    missingSince: null,
  };
  if (result.kind !== 'clear') {
    return { check: { ...known, purpose, host, failure: result.reason, checkedAt: now }, isChanged: false };
  }
  const { state, foundValue } = result;
  const firstFoundAt = known.firstFoundAt ?? (state === 'found' ? now : null);
  const isMissing = state !== 'found' && firstFoundAt !== null;
  const hasMoved = state !== known.state;
  return {
    check: {
      purpose,
      host,
      state,
      foundValue,
      failure: null,
      checkedAt: now,
      clearAt: now,
      changedAt: hasMoved ? now : known.changedAt,
      firstFoundAt,
      missingSince: isMissing ? (known.missingSince ?? now) : null,
    },
    // That a record is not there yet is what everybody expects of a new one.
    isChanged: hasMoved && (known.state !== null || state === 'found'),
  };
}

const hourInMilliseconds = 3_600_000;

/**
 * How long a record that was there once may be gone before we act on it. A DKIM key goes on signing for three days: mail
 * never stops for want of a record, and signs again as soon as it is back. A return path or a tracking host that leads
 * elsewhere loses bounces and clicks, and ours is always there to stand in, so an hour is enough to be sure.
 */
export const graceInHours: Readonly<Record<CheckPurpose, number>> = { dkim: 72, return_path: 1, custom_tracking: 1 };

/** Counted from clear answer to clear answer: name servers that fail for three days prove nothing. */
export function isGoneForGood(check: Pick<DomainCheck, 'purpose' | 'missingSince' | 'clearAt'> | undefined): boolean {
  if (!check?.missingSince || !check.clearAt) return false;
  return check.clearAt.getTime() - check.missingSince.getTime() >= graceInHours[check.purpose] * hourInMilliseconds;
}

/**
 * When housekeeping looks again: every ten minutes in the first two days of something that waits to be published, every
 * hour where a record that was there is gone, else every six hours while something waits, and once a day.
 */
export function planNextCheck(state: { waitingSince: Date | null; isAnythingGone: boolean }, now: Date): Date {
  const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
  const waitedHours = state.waitingSince
    ? (now.getTime() - state.waitingSince.getTime()) / hourInMilliseconds
    : undefined;
  if (waitedHours !== undefined && waitedHours < 48) return after(10);
  if (state.isAnythingGone) return after(60);
  return after(waitedHours === undefined ? 24 * 60 : 6 * 60);
}
