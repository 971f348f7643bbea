// The load generator, in a process of its own: sends prepared calls for a time or a number, closed loop (each connection
// sends its next call when the last one was answered) or paced (calls are due at fixed times; a late one counts as slow).

import { setTimeout as wait } from 'node:timers/promises';
import { HttpConnection, makeRequest } from './http-connection.ts';
import { makeMessage } from './messages.ts';

export type Load = {
  port: number;
  token: string;
  connections: number;
  /** Messages in one call; 1 is POST /email, more is POST /email/batch. */
  messagesPerCall: number;
  /** Ends after this time … */
  seconds?: number;
  /** … or when so many messages were sent. */
  messages?: number;
  /** Calls per second; absent is as many as it can. */
  pace?: number;
};

export type LoadResult = {
  messages: number;
  seconds: number;
  /** Of this process while the load went on. */
  processorMilliseconds: number;
  p50: number;
  p99: number;
};

const preparedMax = 512;

function prepareCalls(load: Load): Buffer[] {
  const isBatch = load.messagesPerCall > 1;
  const count = isBatch ? 4 : preparedMax;
  return Array.from({ length: count }, (_, call) => {
    const first = call * load.messagesPerCall + 1;
    const messages = Array.from({ length: load.messagesPerCall }, (_, index) => makeMessage(first + index));
    const body = JSON.stringify(isBatch ? messages : messages[0]);
    return makeRequest(isBatch ? '/email/batch' : '/email', load.token, body);
  });
}

const load: Load = JSON.parse(process.argv[2] ?? '');
const calls = prepareCalls(load);
const callsMax =
  load.messages === undefined ? Number.POSITIVE_INFINITY : Math.ceil(load.messages / load.messagesPerCall);
const latencies: number[] = [];
let started = 0;

async function call(connection: HttpConnection, dueAt: number): Promise<void> {
  const request = calls[started % calls.length] as Buffer; // the remainder is inside the list
  started += 1;
  const { status, body } = await connection.exchange(request);
  const accepted = body.split('"ErrorCode":0').length - 1;
  if (status !== 200 || accepted !== load.messagesPerCall) throw new Error(`${status} ${body.slice(0, 500)}`);
  latencies.push(performance.now() - dueAt);
}

async function sendOnOne(connection: HttpConnection, endsAt: number): Promise<void> {
  while (started < callsMax && performance.now() < endsAt) await call(connection, performance.now());
}

/** Calls are started by a timer that fires each millisecond; latency counts from the moment a call was due. */
async function sendPaced(connections: HttpConnection[], pace: number, beganAt: number, endsAt: number): Promise<void> {
  const idle = [...connections];
  const late: number[] = [];
  const underWay = new Set<Promise<void>>();
  let planned = 0;

  function startDue(): void {
    for (;;) {
      const dueAt = late[0];
      const connection = dueAt === undefined ? undefined : idle.pop();
      if (dueAt === undefined || connection === undefined) return;
      late.shift();
      const done = call(connection, dueAt).then(() => {
        idle.push(connection);
        underWay.delete(done);
        startDue();
      });
      underWay.add(done);
    }
  }
  while (performance.now() < endsAt) {
    const now = performance.now();
    for (; beganAt + (planned * 1000) / pace <= now; planned += 1) late.push(beganAt + (planned * 1000) / pace);
    startDue();
    await wait(1);
  }
  while (late.length > 0 || underWay.size > 0) await Promise.race(underWay);
}

const connections = Array.from({ length: load.connections }, () => new HttpConnection(load.port));
const processorBefore = process.cpuUsage();
const beganAt = performance.now();
const endsAt = load.seconds === undefined ? Number.POSITIVE_INFINITY : beganAt + load.seconds * 1000;
if (load.pace === undefined) await Promise.all(connections.map(connection => sendOnOne(connection, endsAt)));
else await sendPaced(connections, load.pace, beganAt, endsAt);
const seconds = (performance.now() - beganAt) / 1000;
const processor = process.cpuUsage(processorBefore);
for (const connection of connections) connection.close();

latencies.sort((left, right) => left - right);
const percentile = (part: number) => latencies[Math.floor((latencies.length - 1) * part)] ?? Number.NaN;
const result: LoadResult = {
  messages: latencies.length * load.messagesPerCall,
  seconds,
  processorMilliseconds: (processor.user + processor.system) / 1000,
  p50: percentile(0.5),
  p99: percentile(0.99),
};
console.log(JSON.stringify(result));
