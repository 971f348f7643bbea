// The least that making calls can cost: a loop over undici that posts one body again and again, so many at a time, and
// records nothing. Prints how long it took.

import { Pool } from 'undici';
import { processorTimeOf } from '../harness/processor-time.ts';

export type BareCalls = { port: number; calls: number; connections: number };
export type BareCallsResult = { seconds: number; processorMilliseconds: number };

const body = JSON.stringify({
  MessageID: '01a1fbf2-0000-7000-8000-000000000000',
  Recipient: 'customer-12345@inbox.test',
  DeliveredAt: '2026-11-26T02:00:00Z',
  Details: 'smtp;250 2.0.0 captured by a route',
  Tag: 'order-sent',
  ServerID: 1001,
  Metadata: { order: '97761555' },
  RecordType: 'Delivery',
  MessageStream: 'outbound',
});

const { port, calls, connections } = JSON.parse(process.argv[2] ?? '') as BareCalls;
const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
const headers = { 'content-type': 'application/json', 'user-agent': 'Postmark' };
let left = calls;

async function callUntilDone(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const answer = await pool.request({ method: 'POST', path: '/hook', headers, body });
    await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`The receiver answered ${answer.statusCode}.`);
  }
}

const [startedAt, before] = [performance.now(), processorTimeOf(process.pid)];
await Promise.all(Array.from({ length: connections }, callUntilDone));
const result: BareCallsResult = {
  seconds: (performance.now() - startedAt) / 1000,
  processorMilliseconds: processorTimeOf(process.pid) - before,
};
console.log(JSON.stringify(result));
await pool.close();
