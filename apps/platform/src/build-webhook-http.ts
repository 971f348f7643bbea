// Connects the webhooks' port for calls with the edge that makes them.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Settings } from './config.ts';
import { createDnsResolver } from './edges/smtp-outbound/dns-resolver.ts';
import { formatDnsServerAddress } from './edges/smtp-outbound/dns-servers.ts';
import { createAddressFinder } from './edges/smtp-outbound/find-addresses.ts';
import { createUrlCaller } from './edges/webhook-http/url-caller.ts';
import type { CallUrl } from './features/webhooks/ports.ts';

export type WebhookCaller = {
  call: CallUrl;
  /** Ends connections; calls under way fail. */
  close(): Promise<void>;
};

export function createWebhookCaller(
  settings: Pick<Settings, 'dnsServers' | 'allowPrivateTargets' | 'webhookSourceAddress'>,
  clock: Clock,
): WebhookCaller {
  const servers = settings.dnsServers.map(formatDnsServerAddress);
  const findAddresses = createAddressFinder(createDnsResolver({ servers, clock }));
  return createUrlCaller({
    resolve: async host => {
      const found = await findAddresses(host);
      if (found.kind === 'addresses') return found.addresses;
      throw new Error(found.reason);
    },
    allowPrivateTargets: settings.allowPrivateTargets,
    sourceAddress: settings.webhookSourceAddress,
    clock,
  });
}
