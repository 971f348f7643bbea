// Connects the forwarding of inbound mail with the SMTP edge. Where it goes is a customer's choice, so the addresses that webhooks
// may not call may not be mailed to either.

import type { BuildDeps } from './build.ts';
import { dnsServersOf } from './build-dns.ts';
import { createOutboundWorld } from './build-outbound.ts';
import { reasonToForbid } from './edges/webhook-http/address-rules.ts';
import { createForwardMail, type ForwardMail } from './features/inbound/forward-mail.ts';

/** Somebody's turn waits behind it; what takes longer is tried again. */
const answerSecondsMax = 60;

export function buildForwardMail({
  settings,
  db,
  clock,
  random,
}: Pick<BuildDeps, 'settings' | 'db' | 'clock' | 'random'>): ForwardMail {
  const { mailHostname, mxPort } = settings;
  const world = createOutboundWorld({
    clock,
    random,
    mailHostname,
    dnsServers: dnsServersOf(settings),
    sourceAddress: settings.sourceAddress,
    answerSecondsMax: Math.min(answerSecondsMax, settings.smtpAnswerSecondsMax),
    ...(settings.allowPrivateTargets ? {} : { acceptsAddress: address => reasonToForbid(address) === undefined }),
  });
  return createForwardMail({ db: db.reads, ...world, mailHostname, mxPort });
}
