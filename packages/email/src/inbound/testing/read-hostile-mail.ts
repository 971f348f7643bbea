// A thread that reads the hostile mail within a memory of its own, and tells what each shape cost.

import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { readInboundMail } from '../read-inbound-mail.ts';
import { assertPresentable } from './assert-presentable.ts';
import { hostileMail } from './hostile-mail.ts';

/** `error` is empty when the mail was read into something that can be passed on. */
export type HostileReading = {
  name: string;
  error: string;
  /** Of this thread alone: it does not count what else the machine does. */
  cpuTimeInSeconds: number;
  sourceInBytes: number;
  /** All buffers that were made, also those of a moment. */
  buffersInBytes: number;
};

function read(name: string, make: () => Buffer): HostileReading {
  const source = make();
  const buffersBefore = process.memoryUsage().arrayBuffers;
  const start = process.threadCpuUsage();
  let error = '';
  let cpuTimeInSeconds = 0;
  let buffersInBytes = 0;
  try {
    const mail = readInboundMail(source);
    const { user, system } = process.threadCpuUsage(start);
    cpuTimeInSeconds = (user + system) / 1_000_000;
    buffersInBytes = process.memoryUsage().arrayBuffers - buffersBefore;
    assertPresentable(mail, source);
  } catch (thrown) {
    error = String(thrown);
  }
  return { name, error, cpuTimeInSeconds, sourceInBytes: source.length, buffersInBytes };
}

assert.ok(parentPort);
for (const [name, make] of hostileMail) parentPort.postMessage(read(name, make));
