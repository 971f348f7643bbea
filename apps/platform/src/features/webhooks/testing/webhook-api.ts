// For tests of the endpoints of webhooks: the API over real HTTP, and receivers that answer as a test wants.

import { after } from 'node:test';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, testWorld } from '../../../testing/test-world.ts';
import type { CallOutcome, OutgoingCall } from '../ports.ts';

export type Json = Record<string, unknown> & { ErrorCode?: number; Message?: string; ID: number };
export type Answer = { status: number; errorCodeHeader: string | undefined; json: Json };

export type Receiver = (call: OutgoingCall) => CallOutcome | Promise<CallOutcome>;

export const answering =
  (status: number, answer = ''): Receiver =>
  () => ({ kind: 'answered', status, answer, milliseconds: 3 });

/** Sends as the server of `ownToken`, unless another token is given. */
export function createRequest(port: number, ownToken: string) {
  return async (method: string, path: string, body?: unknown, token: string = ownToken): Promise<Answer> => {
    const answer = await send(port, { method, path, headers: { 'X-Postmark-Server-Token': token }, body });
    const errorCodeHeader = answer.headers['x-pm-apierrorcode'] as string | undefined;
    return { status: answer.status, errorCodeHeader, json: answer.json as Json };
  };
}

export async function startWebhookApi() {
  const world = await testWorld();
  const { database: db, accountId } = world;
  const calls: OutgoingCall[] = [];
  const receiver: { answer: Receiver } = { answer: answering(200) };
  const api = await startMessageApi(world, {
    callUrl: async call => {
      calls.push(call);
      return receiver.answer(call);
    },
  });
  after(() => api.close());

  const request = createRequest(api.port, world.server.token);

  return {
    world,
    db,
    /** What was called since the test last emptied it. */
    calls,
    receiver,
    request,
    newServer: () => addServer(db.accept, accountId, 'Live'),
  };
}
