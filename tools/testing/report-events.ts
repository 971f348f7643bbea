// A reporter for node:test that runs inside each test file's process: one line of JSON per finished test. run-files.ts
// reads them. (The ready-made ways to run many files cannot stop one that never ends.)

import { inspect } from 'node:util';

export type TestLine = { kind: 'passed' | 'failed' | 'skipped'; name: string; why?: string };

type TestEvent = { type: string; data: EventData };
type EventData = {
  name: string;
  skip?: string | boolean;
  todo?: string | boolean;
  details?: { type?: string; error?: Error & { failureType?: string } };
};

/** A suite is not a test, and a test that failed only because a part of it did is counted by that part. */
export function lineOf(event: TestEvent): TestLine | undefined {
  const { name, skip, todo, details } = event.data;
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined;
  if (details?.type === 'suite' && details.error?.failureType !== 'hookFailed') return undefined;
  if (skip !== undefined || todo !== undefined) return { kind: 'skipped', name };
  if (event.type === 'test:pass') return { kind: 'passed', name };
  if (details?.error?.failureType === 'subtestsFailed') return undefined;
  const error = details?.error;
  return { kind: 'failed', name, why: inspect(error?.cause ?? error) };
}

export default async function* reportEvents(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = lineOf(event);
    if (line) yield `${JSON.stringify(line)}\n`;
  }
}
