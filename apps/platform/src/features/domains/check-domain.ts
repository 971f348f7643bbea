// Looks at the DNS records of one domain, and does what follows: keys begin to sign or are revoked, hosts count or count no
// more. All questions are asked before the transaction; what has changed in the meantime is not judged by their answers.

import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { announceDirectoryChange } from '../accounts/announce-change.ts';
import { type PlatformEvent, withoutServer } from '../events/event.ts';
import { type CheckResult, isGoneForGood, judgeAlias, judgeDkim, noteResult, planNextCheck } from './check-rules.ts';
import type { CheckPurpose, DkimKey, Domain, DomainCheck, DomainHosts } from './domain.ts';
import { dkimHost, layOutKeys, moveKeys } from './key-rules.ts';
import type { DomainDeps, LookUpDns } from './ports.ts';
import {
  activateDkimKeys,
  deleteOtherChecks,
  findDomainById,
  listDkimKeys,
  listDomainChecks,
  lockDomain,
  markDomainVerified,
  putDomainCheck,
  revokeDkimKeys,
  setCustomTrackingVerified,
  setNextCheck,
  setReturnPathVerified,
} from './store.ts';

export type Looked = { purpose: CheckPurpose; host: string; result: CheckResult };
/** A record whose state has changed, for the log. */
export type CheckChange = {
  domain: string;
  purpose: CheckPurpose;
  host: string;
  from: string | null;
  to: string | null;
};

type Question = { purpose: CheckPurpose; host: string; ask(): Promise<CheckResult> };

const aliasStepsMax = 8;

async function followAliases(lookUp: LookUpDns, host: string, target: string): Promise<CheckResult> {
  const steps: string[] = [];
  let name = host;
  for (;;) {
    const answer = await lookUp(name, 'CNAME');
    const next = answer.kind === 'records' ? answer.records[0] : undefined;
    if (next === undefined || steps.length >= aliasStepsMax) return judgeAlias(steps, answer, target);
    steps.push(next);
    if (next === target) return judgeAlias(steps, answer, target);
    name = next;
  }
}

export async function isAliasThere(lookUp: LookUpDns, host: string, target: string): Promise<boolean> {
  const result = await followAliases(lookUp, host, target);
  return result.kind === 'clear' && result.state === 'found';
}

/** The keys whose records matter: those that sign, and those that wait. */
function keysInUse(keys: readonly DkimKey[]): DkimKey[] {
  const { active, pending } = layOutKeys(keys);
  return [active.rsa, active.ed25519, pending.rsa, pending.ed25519].filter(key => key !== undefined);
}

function questionsAbout(domain: Domain, keys: readonly DkimKey[], hosts: DomainHosts, lookUp: LookUpDns): Question[] {
  const questions = keysInUse(keys).map((key): Question => {
    const host = dkimHost(key, domain.name);
    const ask = async () => judgeDkim(await lookUp(host, 'TXT'), key.algorithm, key.publicKey);
    return { purpose: 'dkim', host, ask };
  });
  const { returnPathDomain, customTrackingDomain } = domain;
  const alias = (purpose: CheckPurpose, host: string, target: string): Question => {
    return { purpose, host, ask: () => followAliases(lookUp, host, target) };
  };
  if (returnPathDomain !== null) questions.push(alias('return_path', returnPathDomain, hosts.mailHost));
  if (customTrackingDomain !== null) questions.push(alias('custom_tracking', customTrackingDomain, hosts.trackingHost));
  return questions;
}

/**
 * `purposes` narrows what is asked. Answers what was seen; undefined when the domain is gone. `onChange` hears of every
 * record that has come, gone or become another.
 */
export async function checkDomain(
  deps: DomainDeps,
  domainId: number,
  now: Date,
  purposes: ReadonlySet<CheckPurpose> = new Set(['dkim', 'return_path', 'custom_tracking']),
  onChange: (change: CheckChange) => void = () => {},
): Promise<Looked[] | undefined> {
  const domain = await findDomainById(deps.db, domainId);
  if (!domain) return undefined;
  const keys = await listDkimKeys(deps.db, [domainId]);
  const questions = questionsAbout(domain, keys, deps.hosts, deps.lookUp).filter(({ purpose }) =>
    purposes.has(purpose),
  );
  const looked = await Promise.all(
    questions.map(async ({ purpose, host, ask }): Promise<Looked> => ({ purpose, host, result: await ask() })),
  );
  const changes = await deps.db.transaction(tx => recordChecks(tx, deps, domainId, looked, now));
  for (const change of changes) onChange(change);
  return looked;
}

async function recordChecks(
  tx: Tx,
  deps: DomainDeps,
  domainId: number,
  looked: readonly Looked[],
  now: Date,
): Promise<CheckChange[]> {
  const domain = await lockDomain(tx, domainId);
  if (!domain) return [];
  const keys = await listDkimKeys(tx, [domainId]);
  const known = await listDomainChecks(tx, [domainId]);
  const asked = questionsAbout(domain, keys, deps.hosts, deps.lookUp);

  const changes: CheckChange[] = [];
  const checks = new Map<string, DomainCheck>();
  for (const { purpose, host } of asked) {
    const before = known.find(check => check.purpose === purpose && check.host === host);
    const seen = looked.find(one => one.purpose === purpose && one.host === host);
    if (!seen) {
      if (before) checks.set(`${purpose} ${host}`, before);
      continue;
    }
    const { check, isChanged } = noteResult(purpose, host, before, seen.result, now);
    await putDomainCheck(tx, domainId, check);
    checks.set(`${purpose} ${host}`, check);
    if (isChanged) changes.push({ domain: domain.name, purpose, host, from: before?.state ?? null, to: check.state });
  }

  const isFoundNow = (key: DkimKey) => {
    const seen = looked.find(one => one.purpose === 'dkim' && one.host === dkimHost(key, domain.name));
    return seen?.result.kind === 'clear' && seen.result.state === 'found';
  };
  const hasMoved = await applyMoves(tx, domain, keys, isFoundNow, now);
  const hasSwitched = await applyHosts(tx, domain, checks, now);
  if (changes.length > 0)
    await deps.recordEvents(
      tx,
      changes.map(change => toEvent(domain, change)),
      now,
    );
  await planAgain(tx, domainId, checks, now);
  if (hasMoved || hasSwitched || changes.length > 0) await announceDirectoryChange(tx);
  return changes;
}

async function applyMoves(
  tx: Tx,
  domain: Domain,
  keys: readonly DkimKey[],
  isFound: (key: DkimKey) => boolean,
  now: Date,
): Promise<boolean> {
  const { activate, revoke } = moveKeys(keys, isFound);
  if (activate.length === 0) return false;
  await activateDkimKeys(tx, domain.domainId, activate, now);
  await revokeDkimKeys(tx, domain.domainId, revoke, now);
  await markDomainVerified(tx, domain.domainId, 'dns', now);
  return true;
}

async function applyHosts(
  tx: Tx,
  domain: Domain,
  checks: ReadonlyMap<string, DomainCheck>,
  now: Date,
): Promise<boolean> {
  const decide = (check: DomainCheck | undefined, verifiedAt: Date | null): Date | null => {
    if (check?.state === 'found') return verifiedAt ?? now;
    return isGoneForGood(check) ? null : verifiedAt;
  };
  const { domainId, returnPathVerifiedAt, customTrackingVerifiedAt } = domain;
  const returnPath = decide(checks.get(`return_path ${domain.returnPathDomain}`), returnPathVerifiedAt);
  const tracking = decide(checks.get(`custom_tracking ${domain.customTrackingDomain}`), customTrackingVerifiedAt);
  if (returnPath !== returnPathVerifiedAt) await setReturnPathVerified(tx, domainId, returnPath);
  if (tracking !== customTrackingVerifiedAt) await setCustomTrackingVerified(tx, domainId, tracking);
  return returnPath !== returnPathVerifiedAt || tracking !== customTrackingVerifiedAt;
}

async function planAgain(tx: Tx, domainId: number, checks: ReadonlyMap<string, DomainCheck>, now: Date): Promise<void> {
  const domain = await lockDomain(tx, domainId);
  const keys = await listDkimKeys(tx, [domainId]);
  if (!domain) return;
  const isWaiting =
    layOutKeys(keys).pending.rsa !== undefined ||
    (domain.returnPathDomain !== null && domain.returnPathVerifiedAt === null) ||
    (domain.customTrackingDomain !== null && domain.customTrackingVerifiedAt === null);
  const isAnythingGone = [...checks.values()].some(check => check.missingSince !== null);
  const waitingSince = isWaiting ? domain.waitingSince : null;
  await setNextCheck(tx, domainId, planNextCheck({ waitingSince, isAnythingGone }, now));
  // Of revoked keys and hosts that were given up nothing is asked any more.
  const hosts = keysInUse(keys).map(key => dkimHost(key, domain.name));
  for (const host of [domain.returnPathDomain, domain.customTrackingDomain]) if (host !== null) hosts.push(host);
  await deleteOtherChecks(tx, domainId, hosts);
}

function toEvent(domain: Domain, change: CheckChange): PlatformEvent {
  const { accountId, domainId } = domain;
  return { kind: 'domain_check_changed', serverId: withoutServer, details: { accountId, domainId, ...change } };
}
