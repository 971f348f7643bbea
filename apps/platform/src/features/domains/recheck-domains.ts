// Housekeeping: looks again at the records of domains whose time has come, a bounded number in each run.

import { type CheckChange, checkDomain } from './check-domain.ts';
import type { DomainDeps } from './ports.ts';
import { claimDomainsToCheck } from './store.ts';

const domainsPerRun = 60;
const checkedTogether = 5;
/** When a check is cut off before it could say when the next one is due. */
const againAfterMilliseconds = 3_600_000;

export type RecheckOptions = {
  onChange?: (change: CheckChange) => void;
  /** Asked between groups: a process that is told to end does not wait for name servers. */
  isStopping?: () => boolean;
};

/** `onChange` is told of each record that has come, gone or become another. Answers how many domains were looked at. */
export async function recheckDomains(
  deps: DomainDeps,
  now: Date,
  { onChange, isStopping = () => false }: RecheckOptions = {},
): Promise<number> {
  const nextAt = new Date(now.getTime() + againAfterMilliseconds);
  const due = await deps.db.transaction(tx => claimDomainsToCheck(tx, domainsPerRun, now, nextAt));
  const failures: unknown[] = [];
  for (let start = 0; start < due.length && !isStopping(); start += checkedTogether) {
    const together = due.slice(start, start + checkedTogether);
    const checks = together.map(domainId => checkDomain(deps, domainId, now, undefined, onChange));
    for (const result of await Promise.allSettled(checks))
      if (result.status === 'rejected') failures.push(result.reason);
  }
  // One that fails does not hold up the others, and is told all the same.
  if (failures.length > 0) throw failures[0];
  return due.length;
}
