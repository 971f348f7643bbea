// Postfix's own test tools: smtp-source sends, smtp-sink takes everything and throws it away.

import { once } from 'node:events';
import { programPath } from './packages.ts';
import { canConnect } from './postfix.ts';
import { processorTimeOf } from './processor-time.ts';
import { freePort, type Session, until } from './session.ts';

export const messageBytes = 10_240;
const sessions = 20;

/** Sends 10 KB messages in 20 sessions. `processorMilliseconds` is its own. */
export async function runSmtpSource(
  session: Session,
  port: number,
  messages: number,
): Promise<{ seconds: number; processorMilliseconds: number }> {
  const words = [
    ...['-d', '-s', String(sessions), '-l', String(messageBytes), '-m', String(messages)],
    ...['-f', 'orders@shop.test', '-t', 'customer@inbox.test', `127.0.0.1:${port}`],
  ];
  const beganAt = performance.now();
  // The shell knows what its children took when they have ended (POSIX `times`); /proc forgets them.
  const child = session.spawn('/bin/sh', ['-c', '"$@" && times', 'sh', programPath('smtp-source'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - beganAt) / 1000;
  if (code !== 0) throw new Error(`smtp-source failed with code ${code}.`);
  const ofChildren = text.trim().split('\n').at(-1) ?? '';
  const used = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return { seconds, processorMilliseconds: used.reduce((sum, part) => sum + part, 0) * 1000 };
}

export type SmtpSink = { port: number; processorTime(): number };

export async function startSmtpSink(session: Session): Promise<SmtpSink> {
  const port = await freePort();
  const { pid } = session.spawn(programPath('smtp-sink'), ['-u', 'nobody', `127.0.0.1:${port}`, '1000']);
  if (pid === undefined) throw new Error('smtp-sink has no process.');
  await until('smtp-sink listens', 10, () => canConnect(port));
  return { port, processorTime: () => processorTimeOf(pid) };
}
