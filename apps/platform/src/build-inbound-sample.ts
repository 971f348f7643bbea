// Connects the taking of samples with the taking of mail, for the API and for the command line alike.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { Settings } from './config.ts';
import type { TakeSample } from './features/inbound/sample-mail.ts';
import { createSampleTaker } from './features/inbound/smtp/take-sample.ts';
import { createMailStore } from './features/inbound/store-mail.ts';

export function buildSampleTaker(deps: {
  db: Pick<Database, 'accept'>;
  settings: Pick<Settings, 'mailHostname' | 'inboundDomain'>;
  clock: Clock;
  makeMessageId: UuidSource;
}): TakeSample {
  const { db, settings, clock, makeMessageId } = deps;
  // It is left to whoever reads mail: this process may not.
  const store = createMailStore({ db: db.accept, now: clock.now, work: undefined, processNumber: () => 0 });
  const hosts = { inboundHost: settings.inboundDomain, mailHostname: settings.mailHostname };
  return createSampleTaker({ store, clock, makeMessageId, hosts });
}
