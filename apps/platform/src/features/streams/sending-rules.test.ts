import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideStream } from './sending-rules.ts';
import type { MessageStream } from './stream.ts';

function stream(streamId: string, changes: Partial<MessageStream> = {}): [string, MessageStream] {
  const base = {
    serverId: 1,
    streamType: 'Transactional',
    unsubscribeHandling: 'None',
    uncertainRecipients: 'send_again',
    isArchived: false,
  } as const;
  return [streamId, { ...base, streamId, ...changes }];
}

const streams = new Map([
  stream('outbound'),
  stream('news', { streamType: 'Broadcasts' }),
  stream('inbound', { streamType: 'Inbound' }),
  stream('old', { isArchived: true }),
]);

test('no stream means outbound; transactional and broadcast streams send', () => {
  assert.deepEqual(decideStream(streams, undefined), { kind: 'sends', stream: streams.get('outbound') });
  assert.deepEqual(decideStream(streams, 'news'), { kind: 'sends', stream: streams.get('news') });
});

test('an unknown stream, an archived one, and outbound on a server without it are named in the refusal', () => {
  for (const name of ['nowhere', 'old', 'OUTBOUND', '__proto__']) {
    assert.deepEqual(decideStream(streams, name), {
      kind: 'unknown',
      message: `The stream provided: '${name}' does not exist on this server.`,
    });
  }
  assert.equal(decideStream(new Map(), undefined).kind, 'unknown');
});

test('an inbound stream cannot send', () => {
  const decision = decideStream(streams, 'inbound');
  assert.equal(decision.kind, 'cannot_send');
  assert.match('message' in decision ? decision.message : '', /'inbound' is an inbound stream/);
});
