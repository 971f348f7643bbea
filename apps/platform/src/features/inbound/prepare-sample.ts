// Writes a sample for one server.

import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { readInboundAddress } from '../servers/inbound-records.ts';
import { composeSample, type SampleHosts, type SampleMail, type SampleWish } from './sample-mail.ts';

/** @throws Refusal 300, 601. */
export async function prepareSample(
  db: Queryable,
  hosts: SampleHosts,
  serverId: number,
  wish: SampleWish,
  messageId: string,
  now: Date,
): Promise<SampleMail> {
  const inboundAddress = await readInboundAddress(db, hosts.inboundHost, serverId);
  return composeSample({ inboundAddress, mailHostname: hosts.mailHostname }, wish, messageId, now);
}
