// Debian's own spamd for tests: behind a Unix socket, with local rules only and a configuration of its own. Not as a service.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const program = '/usr/sbin/spamd';
const systemConfiguration = '/etc/spamassassin';

/** False is a reason to skip: only CI has to have it. */
export const isSpamdInstalled: boolean = existsSync(program);

export type RealSpamd = { address: { path: string }; stop(): Promise<void> };

/** Resolves when it takes connections: it reads its rules before. */
export async function startSpamd(): Promise<RealSpamd> {
  const folder = await mkdtemp(join(tmpdir(), 'pennyblack-spamd-'));
  const configuration = join(folder, 'configuration');
  await mkdir(configuration);
  // Its children are nobody's and read this; the files name the plugins that rules need.
  await chmod(folder, 0o755);
  const files = await readdir(systemConfiguration);
  for (const file of files.filter(name => name.endsWith('.pre'))) {
    await copyFile(join(systemConfiguration, file), join(configuration, file));
  }
  await writeFile(join(configuration, 'local.cf'), 'required_score 5.0\nuse_bayes 0\nuse_auto_whitelist 0\n');

  const path = join(folder, 'spamd.sock');
  const words = [
    '--local',
    '--nouser-config',
    '--syslog=stderr',
    `--socketpath=${path}`,
    `--siteconfigpath=${configuration}`,
  ];
  const child = spawn(
    program,
    [...words, '--max-children=1', '--min-children=1', '--max-spare=1', '--username=nobody'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', chunk => {
    said += chunk;
  });
  const ended = once(child, 'exit');
  while (!(await takesConnections(path))) {
    if (child.exitCode !== null) throw new Error(`spamd ended: ${said}`);
    await wait(50);
  }
  return {
    address: { path },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function takesConnections(path: string): Promise<boolean> {
  const socket = connect({ path });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
