// Endpoints that take messages and read them back.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import type { RecordEvents } from '../features/events/record-events.ts';
import type { FindKeys } from '../features/messages/dump-message.ts';
import { getOutboundMessageDetails } from '../features/messages/http/get-outbound-message-details.ts';
import { getOutboundMessageDump } from '../features/messages/http/get-outbound-message-dump.ts';
import { getOutboundMessages } from '../features/messages/http/get-outbound-messages.ts';
import type { ComplaintLoop, IsQueuedCondition } from '../features/messages/ports.ts';
import { cancelScheduledMessage } from '../features/sending/http/cancel-scheduled-message.ts';
import { getScheduledMessage } from '../features/sending/http/get-scheduled-message.ts';
import { getScheduledMessages } from '../features/sending/http/get-scheduled-messages.ts';
import type { RunKeyedCall } from '../features/sending/http/keyed-call.ts';
import { rescheduleScheduledMessage } from '../features/sending/http/reschedule-message.ts';
import { sendEmail } from '../features/sending/http/send-email.ts';
import { sendEmailBatch } from '../features/sending/http/send-email-batch.ts';
import { findSentId } from '../features/sending/scheduled/read-scheduled.ts';
import type { SendForCaller } from '../features/sending/send-for-caller.ts';
import { getMessageClicks } from '../features/tracking/http/get-message-clicks.ts';
import { getMessageClicksForSingleMessage } from '../features/tracking/http/get-message-clicks-for-single-message.ts';
import { getMessageOpens } from '../features/tracking/http/get-message-opens.ts';
import { getMessageOpensForSingleMessage } from '../features/tracking/http/get-message-opens-for-single-message.ts';

export type MessageEndpointDeps = {
  send: SendForCaller;
  /** For every call that sends: does it once, however often it is repeated with its Idempotency-Key. */
  runKeyed: RunKeyedCall;
  recordEvents: RecordEvents;
  isQueued: IsQueuedCondition;
  findKeys: FindKeys;
  complaintLoop?: ComplaintLoop;
  streamsOf(serverId: number): Promise<ReadonlyMap<string, unknown>>;
};

export function messageEndpoints(deps: MessageEndpointDeps): Endpoint[] {
  return [
    sendEmail(deps.send, deps.runKeyed),
    sendEmailBatch(deps.send, deps.runKeyed),
    getScheduledMessages(),
    getScheduledMessage(),
    rescheduleScheduledMessage(),
    cancelScheduledMessage(deps.recordEvents),
    getOutboundMessages(deps.isQueued, deps.streamsOf),
    getOutboundMessageDetails(deps.isQueued, deps.findKeys, deps.complaintLoop, findSentId),
    getOutboundMessageDump(deps.isQueued, deps.findKeys, deps.complaintLoop, findSentId),
    getMessageOpens(deps.streamsOf),
    getMessageOpensForSingleMessage(),
    getMessageClicks(deps.streamsOf),
    getMessageClicksForSingleMessage(),
  ];
}
