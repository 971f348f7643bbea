// An OpenDKIM of the bench's own: signs as a milter with an RSA-2048 key, and logs nothing.

import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { programPath } from './packages.ts';
import { canConnect } from './postfix.ts';
import { processorTimeOfTree } from './processor-time.ts';
import { freePort, type Session, until } from './session.ts';

export type OpenDkim = { port: number; processorTime(): number };

export async function startOpenDkim(session: Session, domain: string): Promise<OpenDkim> {
  const folder = path.join(session.folder, 'opendkim');
  await mkdir(folder, { recursive: true });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyFile = path.join(folder, 'key.pem');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const port = await freePort();
  const settings: Record<string, string> = {
    Domain: domain,
    Selector: 'bench',
    KeyFile: keyFile,
    Mode: 's',
    Canonicalization: 'relaxed/relaxed',
    Socket: `inet:${port}@127.0.0.1`,
    Background: 'no',
    Syslog: 'no',
    UMask: '007',
    // Our folder is below a temporary one that everybody may write to, which it would refuse.
    RequireSafeKeys: 'no',
  };
  const file = path.join(folder, 'opendkim.conf');
  await writeFile(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  const child = session.spawn(programPath('opendkim'), ['-f', '-x', file]);
  await until('OpenDKIM listens', 10, () => {
    if (child.exitCode !== null) throw new Error('OpenDKIM ended while it started.');
    return canConnect(port);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('OpenDKIM has no process.');
  return { port, processorTime: () => processorTimeOfTree(pid) };
}
