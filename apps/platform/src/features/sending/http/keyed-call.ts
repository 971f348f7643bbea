// Gives an endpoint that sends its Idempotency-Key: what a repetition must have in common with the first call, and the
// header that says it was one. Source: draft-ietf-httpapi-idempotency-key-header; names and 24 hours as at other services.

import type { Call } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { hashRequest, type KeyedRequest, readIdempotencyKey } from '../idempotency-key.ts';
import type { KeyedRequests, KeyedWork } from '../keyed-requests.ts';
import type { SendResult } from '../send-result.ts';

type SendingCall = Pick<Call<'server'>, 'server' | 'header' | 'bodyBytes' | 'setAnswerHeader'>;

export type RunKeyedCall = (
  call: SendingCall,
  path: string,
  works: readonly KeyedWork[],
) => Promise<PromiseSettledResult<SendResult>[]>;

/** The bytes of the body are compared as they came: a client repeats what it has sent, and does not write it anew. */
function keyedRequestOf(call: SendingCall, path: string): KeyedRequest | undefined {
  const given = call.header('idempotency-key');
  if (given === undefined) return undefined;
  const key = readIdempotencyKey(given);
  if (key === undefined) throw new Refusal('idempotency_key_invalid');
  // Of a call with the test token nothing is stored.
  if (call.server.isTest) return undefined;
  return {
    serverId: call.server.serverId,
    scope: `token:${call.server.tokenId}`,
    key,
    requestHash: hashRequest(path, call.bodyBytes()),
  };
}

/** Does the works of a call once, however often the call is repeated with its key. `path` is the endpoint's own. */
export function createRunKeyedCall(requests: KeyedRequests): RunKeyedCall {
  return async (call, path, works) => {
    const { settled, isReplayed } = await requests.run(keyedRequestOf(call, path), works);
    if (isReplayed) call.setAnswerHeader('idempotency-replayed', 'true');
    return settled;
  };
}

/** For a call of one message: its result; rejects as its work did, or with the Refusal that it came to. */
export function resultOfOne([one]: readonly PromiseSettledResult<SendResult>[]) {
  if (!one) throw new Error('The call had no work.');
  if (one.status === 'rejected') throw one.reason;
  if (one.value.kind === 'refused') throw new Refusal(one.value.refusal, one.value.text);
  return one.value;
}
