// Endpoints of inbound mail: searching and releasing it, and rules about senders.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import { getInboundMessages } from '../features/inbound/http/get-inbound-messages.ts';
import {
  createInboundRuleTrigger,
  deleteInboundRuleTrigger,
  getInboundRuleTriggers,
} from '../features/inbound/http/inbound-rule-triggers.ts';

export function inboundEndpoints(): Endpoint[] {
  return [getInboundMessages(), getInboundRuleTriggers(), createInboundRuleTrigger(), deleteInboundRuleTrigger()];
}
