// The hidden webhooks that stand for a server's own hook URLs are changed through the server only. Pure.

import { Refusal } from '../../refusals.ts';
import type { ServerHookName, Webhook } from './webhook.ts';

/** Postmark's Server API, field by field. */
export const serverFieldOf: Readonly<Record<ServerHookName, string>> = {
  bounce: 'BounceHookUrl',
  open: 'OpenHookUrl',
  delivery: 'DeliveryHookUrl',
  click: 'ClickHookUrl',
  inbound: 'InboundHookUrl',
};

/** @throws Refusal webhook_of_integration. */
export function refuseServerHook({ serverHook }: Pick<Webhook, 'serverHook'>): void {
  if (serverHook === null) return;
  throw new Refusal(
    'webhook_of_integration',
    `This webhook stands for the server's '${serverFieldOf[serverHook]}'; it is changed and removed there.`,
  );
}
