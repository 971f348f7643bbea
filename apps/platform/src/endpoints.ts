// Every endpoint of the HTTP API, in the order of the reference.

import type { Endpoint } from './edges/http-api/endpoint.ts';
import { type AccountEndpointDeps, accountEndpoints } from './endpoints/accounts.ts';
import { type DomainEndpointDeps, domainEndpoints } from './endpoints/domains.ts';
import { type FeedbackEndpointDeps, feedbackEndpoints } from './endpoints/feedback.ts';
import { type InboundEndpointDeps, inboundEndpoints } from './endpoints/inbound.ts';
import { type MessageEndpointDeps, messageEndpoints } from './endpoints/messages.ts';
import { type ServerEndpointDeps, serverEndpoints } from './endpoints/servers.ts';
import { type StatsEndpointDeps, statsEndpoints } from './endpoints/stats.ts';
import { type TemplateEndpointDeps, templateEndpoints } from './endpoints/templates.ts';
import { type WebhookEndpointDeps, webhookEndpoints } from './endpoints/webhooks.ts';

export type EndpointDeps = {
  messages: MessageEndpointDeps;
  inbound: InboundEndpointDeps;
  templates: TemplateEndpointDeps;
  feedback: FeedbackEndpointDeps;
  webhooks: WebhookEndpointDeps;
  stats: StatsEndpointDeps;
  servers: ServerEndpointDeps;
  domains: DomainEndpointDeps;
  accounts: AccountEndpointDeps;
};

export function createEndpoints(deps: EndpointDeps): Endpoint[] {
  return [
    ...messageEndpoints(deps.messages),
    ...inboundEndpoints(deps.inbound),
    ...templateEndpoints(deps.templates),
    ...feedbackEndpoints(deps.feedback),
    ...webhookEndpoints(deps.webhooks),
    ...statsEndpoints(deps.stats),
    ...serverEndpoints(deps.servers),
    ...domainEndpoints(deps.domains),
    ...accountEndpoints(deps.accounts),
  ];
}

/** The endpoints without anything behind them, for the reference. */
export function describeEndpoints(): Endpoint[] {
  return createEndpoints(unreachable as unknown as EndpointDeps);
}

/** Whatever is taken out of it is the same again; what must not happen is that somebody calls it. */
const unreachable: object = new Proxy(() => {}, {
  get: () => unreachable,
  apply: () => {
    throw new Error('The reference describes endpoints and calls none.');
  },
});
