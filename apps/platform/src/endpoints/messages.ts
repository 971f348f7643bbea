// Endpoints that take messages and read them back.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import type { FindKeys } from '../features/messages/dump-message.ts';
import { getOutboundMessageDetails } from '../features/messages/http/get-outbound-message-details.ts';
import { getOutboundMessageDump } from '../features/messages/http/get-outbound-message-dump.ts';
import { getOutboundMessages } from '../features/messages/http/get-outbound-messages.ts';
import type { ComplaintLoop, IsQueuedCondition } from '../features/messages/ports.ts';
import { sendEmail } from '../features/sending/http/send-email.ts';
import { sendEmailBatch } from '../features/sending/http/send-email-batch.ts';
import type { SendForCaller } from '../features/sending/send-for-caller.ts';
import { getMessageClicks } from '../features/tracking/http/get-message-clicks.ts';
import { getMessageClicksForSingleMessage } from '../features/tracking/http/get-message-clicks-for-single-message.ts';
import { getMessageOpens } from '../features/tracking/http/get-message-opens.ts';
import { getMessageOpensForSingleMessage } from '../features/tracking/http/get-message-opens-for-single-message.ts';

export type MessageEndpointDeps = {
  send: SendForCaller;
  isQueued: IsQueuedCondition;
  findKeys: FindKeys;
  complaintLoop?: ComplaintLoop;
  streamsOf(serverId: number): Promise<ReadonlyMap<string, unknown>>;
};

export function messageEndpoints(deps: MessageEndpointDeps): Endpoint[] {
  return [
    sendEmail(deps.send),
    sendEmailBatch(deps.send),
    getOutboundMessages(deps.isQueued, deps.streamsOf),
    getOutboundMessageDetails(deps.isQueued, deps.findKeys, deps.complaintLoop),
    getOutboundMessageDump(deps.isQueued, deps.findKeys, deps.complaintLoop),
    getMessageOpens(deps.streamsOf),
    getMessageOpensForSingleMessage(),
    getMessageClicks(deps.streamsOf),
    getMessageClicksForSingleMessage(),
  ];
}
