// Every endpoint of the HTTP API, in the order of the reference.

import type { Endpoint } from './edges/http-api/endpoint.ts';
import type { FindKeys } from './features/messages/dump-message.ts';
import { getOutboundMessageDetails } from './features/messages/http/get-outbound-message-details.ts';
import { getOutboundMessageDump } from './features/messages/http/get-outbound-message-dump.ts';
import { getOutboundMessages } from './features/messages/http/get-outbound-messages.ts';
import type { IsQueuedCondition } from './features/messages/ports.ts';
import { sendEmail } from './features/sending/http/send-email.ts';
import { sendEmailBatch } from './features/sending/http/send-email-batch.ts';
import type { SendForCaller } from './features/sending/send-for-caller.ts';
import { createServer } from './features/servers/http/create-server.ts';
import { deleteServer } from './features/servers/http/delete-server.ts';
import { editOwnServer, editServer } from './features/servers/http/edit-server.ts';
import { getOwnServer, getServer } from './features/servers/http/get-server.ts';
import { getServers } from './features/servers/http/get-servers.ts';
import { createServerToken, deleteServerToken, getServerTokens } from './features/servers/http/server-tokens.ts';
import type { ServerDeps } from './features/servers/ports.ts';
import { archiveMessageStream, unarchiveMessageStream } from './features/streams/http/archive-message-stream.ts';
import { createMessageStream } from './features/streams/http/create-message-stream.ts';
import { editMessageStream } from './features/streams/http/edit-message-stream.ts';
import { getMessageStream, getMessageStreams } from './features/streams/http/get-message-streams.ts';
import { createSmtpToken, deleteSmtpToken, getSmtpTokens } from './features/streams/http/smtp-tokens.ts';

export type EndpointDeps = {
  send: SendForCaller;
  isQueued: IsQueuedCondition;
  findKeys: FindKeys;
  streamsOf(serverId: number): Promise<ReadonlyMap<string, unknown>>;
  servers: ServerDeps;
  /** Makes this process forget what it keeps of the directory. Others hear of a change from the database. */
  directoryChanged(): void;
};

export function createEndpoints(deps: EndpointDeps): Endpoint[] {
  return [
    sendEmail(deps.send),
    sendEmailBatch(deps.send),
    getOutboundMessages(deps.isQueued, deps.streamsOf),
    getOutboundMessageDetails(deps.isQueued, deps.findKeys),
    getOutboundMessageDump(deps.isQueued, deps.findKeys),
    ...serverEndpoints(deps),
    ...streamEndpoints(deps),
  ];
}

function serverEndpoints({ servers, directoryChanged }: EndpointDeps): Endpoint[] {
  const changing = [
    editOwnServer(servers),
    createServer(servers),
    editServer(servers),
    deleteServer(),
    createServerToken(servers),
    deleteServerToken(),
  ];
  return [
    getOwnServer(servers),
    getServers(servers),
    getServer(servers),
    getServerTokens(servers),
    ...changing.map(endpoint => thenForgetting(endpoint, directoryChanged)),
  ];
}

function streamEndpoints({ servers, directoryChanged }: EndpointDeps): Endpoint[] {
  const changing = [
    createMessageStream(),
    editMessageStream(),
    archiveMessageStream(),
    unarchiveMessageStream(),
    createSmtpToken(servers.keyRing),
    deleteSmtpToken(),
  ];
  return [
    getMessageStreams(),
    getMessageStream(),
    getSmtpTokens(servers.keyRing),
    ...changing.map(endpoint => thenForgetting(endpoint, directoryChanged)),
  ];
}

/** What a caller was told has changed counts from its next call on, however late the notification comes. */
function thenForgetting(endpoint: Endpoint, directoryChanged: () => void): Endpoint {
  return {
    ...endpoint,
    async handle(call) {
      const answer = await endpoint.handle(call);
      directoryChanged();
      return answer;
    },
  };
}

/** The endpoints without anything behind them, for the reference. */
export function describeEndpoints(): Endpoint[] {
  const unreachable = () => {
    throw new Error('The reference describes endpoints and calls none.');
  };
  const nothing = {} as ServerDeps;
  return createEndpoints({
    send: unreachable,
    isQueued: unreachable,
    findKeys: unreachable,
    streamsOf: unreachable,
    servers: nothing,
    directoryChanged: unreachable,
  });
}
