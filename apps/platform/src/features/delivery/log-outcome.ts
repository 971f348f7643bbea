// One line in the log for each attempt that did not simply succeed. It carries ids, the host and the codes, never an
// address or the words of the other side, which often repeat one.

import type { DeliveryItem } from './delivery-item.ts';
import type { Outcome } from './outcome.ts';

export type OutcomeLog = {
  debug(about: Record<string, unknown>, text: string): void;
  info(about: Record<string, unknown>, text: string): void;
};

/** `550 5.1.1` of `smtp;550 5.1.1 …`; what failed before an answer has no code. */
function codesOf(reply: string): string | undefined {
  return /^smtp;(\d{3}(?: \d\.\d{1,3}\.\d{1,3})?)\b/.exec(reply)?.[1];
}

export function logOutcome(log: OutcomeLog, outcome: Outcome, item: DeliveryItem): void {
  const about = {
    serverId: item.message.serverId,
    messageId: item.message.messageId,
    recipientNumber: item.recipientNumber,
    attempt: item.attempts + 1,
  };
  switch (outcome.kind) {
    case 'delivered':
    case 'complained':
      log.debug({ ...about, host: outcome.by.host, ip: outcome.by.ip, codes: codesOf(outcome.reply) }, 'delivered');
      return;
    case 'deferred': {
      const { by, dueAt, isUncertain, isHeld, reply } = outcome;
      log.info(
        { ...about, host: by.host, ip: by.ip, codes: codesOf(reply), dueAt, isUncertain, isHeld },
        'delivery deferred',
      );
      return;
    }
    case 'bounced': {
      const { by, type, reply } = outcome;
      log.info({ ...about, host: by.host, ip: by.ip, codes: codesOf(reply), type }, 'bounced');
      return;
    }
    case 'suppressed':
      log.info(about, 'suppressed while it waited');
      return;
    case 'released':
      log.debug({ ...about, dueAt: outcome.dueAt }, 'given back without an attempt');
  }
}
