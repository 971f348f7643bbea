// For tests of the endpoints of calls: the API over real HTTP on a world of calls, with the clock of that world.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { createRequest, type Json } from '../../webhooks/testing/webhook-api.ts';
import { openCallWorld, until } from './call-world.ts';

export type WireAttempt = { At: string; StatusCode: number | null; NextAttemptAt: string | null };
export type WireCall = {
  ID: string;
  EventID: string;
  Trigger: string;
  State: string;
  CreatedAt: string;
  NextAttemptAt: string | null;
  FinishedAt: string | null;
  Attempts: WireAttempt[];
};

export async function startCallApi() {
  const world = await openCallWorld();
  const api = await startMessageApi(world, { http: { clock: world.clock } });
  after(() => api.close());
  const request = createRequest(api.port, world.server.token);

  /** An answer that is no refusal. */
  async function ask(method: string, path: string, body?: unknown): Promise<Json> {
    const { status, json } = await request(method, path, body);
    assert.equal(status, 200, `${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  }

  async function refused(method: string, path: string, body: unknown, code: number, token?: string): Promise<void> {
    const { status, json, errorCodeHeader } = await request(method, path, body, token);
    assert.deepEqual(
      [status, json.ErrorCode, errorCodeHeader],
      [422, code, String(code)],
      `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(json)}`,
    );
  }

  /** Newest first. */
  async function list(webhookId: number, query: Record<string, string> = {}): Promise<WireCall[]> {
    const answer = await ask('GET', `/webhooks/${webhookId}/calls?${new URLSearchParams(query)}`);
    return answer.Calls as WireCall[];
  }

  const untilStates = (webhookId: number, what: string, isTrue: (states: string[]) => boolean) =>
    until(what, async () => isTrue((await list(webhookId)).map(call => call.State)));

  return { world, request, ask, refused, list, untilStates };
}
