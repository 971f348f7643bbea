// The trivial receiver of calls (load/call-receiver.ts) in a process of its own.

import { once } from 'node:events';
import path from 'node:path';
import { processorTimeOf } from './processor-time.ts';
import type { Session } from './session.ts';

export type CallReceiver = {
  port: number;
  /** Calls that it has answered since it began. */
  count(): Promise<number>;
  processorTime(): number;
};

export async function startCallReceiver(session: Session): Promise<CallReceiver> {
  const script = path.join(import.meta.dirname, '../load/call-receiver.ts');
  const child = session.spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout || child.pid === undefined) throw new Error('The receiver could not be started.');
  const { pid } = child;
  const [chunk] = await once(child.stdout, 'data');
  const port = Number(String(chunk));
  return {
    port,
    count: async () => Number(await (await fetch(`http://127.0.0.1:${port}/`)).text()),
    processorTime: () => processorTimeOf(pid),
  };
}
