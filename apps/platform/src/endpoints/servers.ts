// Endpoints of servers, their tokens, and their message streams.

import type { Endpoint } from '../edges/http-api/endpoint.ts';
import { createServer } from '../features/servers/http/create-server.ts';
import { deleteServer } from '../features/servers/http/delete-server.ts';
import { editOwnServer, editServer } from '../features/servers/http/edit-server.ts';
import { getInboundDnsRecords } from '../features/servers/http/get-inbound-dns-records.ts';
import { getOwnServer, getServer } from '../features/servers/http/get-server.ts';
import { getServers } from '../features/servers/http/get-servers.ts';
import { createServerToken, deleteServerToken, getServerTokens } from '../features/servers/http/server-tokens.ts';
import type { ServerDeps } from '../features/servers/ports.ts';
import { archiveMessageStream, unarchiveMessageStream } from '../features/streams/http/archive-message-stream.ts';
import { createMessageStream } from '../features/streams/http/create-message-stream.ts';
import { editMessageStream } from '../features/streams/http/edit-message-stream.ts';
import { getMessageStream, getMessageStreams } from '../features/streams/http/get-message-streams.ts';
import { createSmtpToken, deleteSmtpToken, getSmtpTokens } from '../features/streams/http/smtp-tokens.ts';
import { type DirectoryChanged, thenForgetting } from './then-forgetting.ts';

export type ServerEndpointDeps = { servers: ServerDeps; directoryChanged: DirectoryChanged };

export function serverEndpoints({ servers, directoryChanged }: ServerEndpointDeps): Endpoint[] {
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
    getInboundDnsRecords(servers),
    ...changing.map(endpoint => thenForgetting(endpoint, directoryChanged)),
    ...streamEndpoints(servers, directoryChanged),
  ];
}

function streamEndpoints(servers: ServerDeps, directoryChanged: DirectoryChanged): Endpoint[] {
  const { keyRing } = servers;
  const changing = [
    createMessageStream(),
    editMessageStream(servers),
    archiveMessageStream(),
    unarchiveMessageStream(),
    createSmtpToken(keyRing),
    deleteSmtpToken(),
  ];
  return [
    getMessageStreams(),
    getMessageStream(servers),
    getSmtpTokens(keyRing),
    ...changing.map(endpoint => thenForgetting(endpoint, directoryChanged)),
  ];
}
