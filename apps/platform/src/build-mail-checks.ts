// Connects inbound mail with the checks of its sender and with spamd.

import type { BuildDeps } from './build.ts';
import { dnsServersOf } from './build-dns.ts';
import { createMailChecks } from './edges/mail-checks/mail-checks.ts';
import type { SpamdAnswer } from './edges/mail-checks/spamd-client.ts';
import { createDnsResolver } from './edges/smtp-outbound/dns-resolver.ts';
import type { CheckMail } from './features/inbound/ports.ts';

export function createCheckMail(
  deps: Pick<BuildDeps, 'settings' | 'clock' | 'log'> & { onSpamAnswer(outcome: string): void },
): CheckMail {
  const { settings, clock, log } = deps;
  const checks = createMailChecks({
    resolver: createDnsResolver({ servers: dnsServersOf(settings), clock }),
    spamd: settings.spamd,
    hostName: settings.mailHostname,
    clock,
    onSpamAnswer: createSpamdWatch(deps),
    onError: error => log.error({ error }, 'the sender of a mail could not be checked'),
  });
  return (source, { mailFrom, clientAddress, helo }) =>
    checks.check({ source, mailFrom, client: { address: clientAddress, helo } });
}

/** Every answer is counted; only the first failure and the end of them are logged. */
function createSpamdWatch({
  log,
  onSpamAnswer,
}: Pick<BuildDeps, 'log'> & { onSpamAnswer(outcome: string): void }): (answer: SpamdAnswer) => void {
  let isFailing = false;
  return answer => {
    onSpamAnswer(answer.kind);
    if (answer.kind === 'failed' && !isFailing) {
      log.warn({ reason: answer.reason }, 'spamd gives no score; mail is taken without one');
    }
    if (answer.kind === 'scored' && isFailing) log.info({}, 'spamd gives scores again');
    isFailing = answer.kind === 'failed';
  };
}
