// What the SMTP listener asks about return paths and the addresses of the mail host that take reports.

import { readReport } from '@pennyblack/email/bounces/read-report.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import { DatabaseUnavailable, type Pool, type Tx } from '@pennyblack/runtime/database/database.ts';
import type { Deliver, HandlerAnswer, InboundMail } from '../../../edges/smtp-inbound/contract.ts';
import type { Refused } from '../../../edges/smtp-listener/refused.ts';
import { reportAddressOf } from '../address-rules.ts';
import { isLoop } from '../loop-rules.ts';
import type { ReportKeys } from '../report.ts';
import { packReports, storeReports } from '../store-report.ts';

export type TakeReportDeps = {
  db: Pool;
  clock: Clock;
  mailHostname: string;
  keys: ReportKeys;
  /** After something was stored. */
  wake(): void;
};

const forged: Refused = {
  kind: 'refused',
  code: 550,
  enhanced: '5.1.1',
  text: 'This return path is not signed by this server',
};
const loop: Refused = { kind: 'refused', code: 554, enhanced: '5.4.6', text: 'This mail goes round in circles' };
const reportsOnly: Refused = {
  kind: 'refused',
  code: 550,
  enhanced: '5.7.1',
  text: 'This address takes delivery and complaint reports only, and nobody reads it',
};

export function createReportRecipients({ mailHostname, keys }: TakeReportDeps): (address: string) => HandlerAnswer {
  return address => {
    const to = reportAddressOf(address, mailHostname, keys.returnPath);
    if (!to) return { kind: 'not_mine' };
    return to.kind === 'forged' ? forged : { kind: 'accepted' };
  };
}

export type ReportAddresses = Pick<TakeReportDeps, 'mailHostname' | 'keys'>;

export function isReportAddress(address: string, { mailHostname, keys }: ReportAddresses): boolean {
  return reportAddressOf(address, mailHostname, keys.returnPath) !== undefined;
}

/** What there is to store of a mail whose recipients all take reports; for who stores something else with it. */
export function prepareReports(
  { envelope, source }: Pick<InboundMail, 'envelope' | 'source'>,
  { mailHostname, keys }: ReportAddresses,
): Refused | { kind: 'to_store'; store(tx: Tx, now: Date): Promise<void> } {
  if (isLoop(source)) return loop;
  const isToReturnPath = envelope.recipients.some(
    address => reportAddressOf(address, mailHostname, keys.returnPath)?.kind === 'return_path',
  );
  // A person who writes to such an address should hear that nobody will read it.
  if (!isToReturnPath && readReport(source).kind === 'none') return reportsOnly;
  const reports = packReports(
    envelope.recipients.map(recipient => ({ recipient, mailFrom: envelope.mailFrom, source })),
  );
  return { kind: 'to_store', store: (tx, now) => storeReports(tx, reports, now) };
}

/** Every recipient of the mail takes reports. */
export function createReportTaker(deps: TakeReportDeps): Deliver {
  const { db, clock } = deps;
  return async mail => {
    const prepared = prepareReports(mail, deps);
    if (prepared.kind === 'refused') return prepared;
    try {
      await db.transaction(tx => prepared.store(tx, clock.now()));
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return { kind: 'try_later' };
      throw error;
    }
    deps.wake();
    return { kind: 'stored' };
  };
}
