// Starts the bare server of load/bare-insert.ts beside a platform, on the platform's own database server.

import { once } from 'node:events';
import path from 'node:path';
import { processorTimeOf } from './processor-time.ts';
import type { Session } from './session.ts';

export type BareServer = { port: number; processorTime(): number };

export async function startBareServer(session: Session, connectionString: string): Promise<BareServer> {
  const script = path.join(import.meta.dirname, '../load/bare-insert.ts');
  const child = session.spawn(process.execPath, [script, JSON.stringify({ connectionString })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout || child.pid === undefined) throw new Error('The bare server could not be started.');
  const { pid } = child;
  const ended = once(child, 'exit').then(() => {
    throw new Error('The bare server ended.');
  });
  const [chunk] = await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => {}); // From here on it ends with the session.
  return { port: Number(String(chunk)), processorTime: () => processorTimeOf(pid) };
}
