// Endpoints of inbound mail: searching and releasing it, samples, and rules about senders.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../features/events/record-events.ts';
import { createInboundSample } from '../features/inbound/http/create-inbound-sample.ts';
import { getInboundMessageDetails } from '../features/inbound/http/get-inbound-message-details.ts';
import { getInboundMessageDump } from '../features/inbound/http/get-inbound-message-dump.ts';
import { getInboundMessages } from '../features/inbound/http/get-inbound-messages.ts';
import {
  createInboundRuleTrigger,
  deleteInboundRuleTrigger,
  getInboundRuleTriggers,
} from '../features/inbound/http/inbound-rule-triggers.ts';
import {
  bypassBlockedInboundMessage,
  retryInboundHookForMessage,
} from '../features/inbound/http/release-inbound-message.ts';
import type { ReadInbound } from '../features/inbound/read-inbound.ts';
import type { TakeSample } from '../features/inbound/sample-mail.ts';

export type InboundEndpointDeps = { readInbound: ReadInbound; recordEvents: RecordEvents; takeSample: TakeSample };

export function inboundEndpoints({ readInbound, recordEvents, takeSample }: InboundEndpointDeps): Endpoint[] {
  return [
    getInboundMessages(),
    getInboundMessageDetails(readInbound),
    getInboundMessageDump(readInbound),
    bypassBlockedInboundMessage(recordEvents),
    retryInboundHookForMessage(recordEvents),
    createInboundSample(takeSample),
    getInboundRuleTriggers(),
    createInboundRuleTrigger(),
    deleteInboundRuleTrigger(),
  ];
}
