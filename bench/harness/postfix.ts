// A Postfix of the bench's own beside whatever the machine runs: own configuration, own queue on the session's disk, one
// listener on a free port of the loopback address. Tuned for this job; it writes each message to disk before its 250.

import { spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { programPath } from './packages.ts';
import { processorTimeOfTree } from './processor-time.ts';
import { freePort, type Session, until } from './session.ts';

export type Postfix = {
  port: number;
  processorTime(): number;
  /** Messages that it has taken and not yet passed on; those it holds do not count. */
  queuedCount(): Promise<number>;
  /** Throws away what it holds, so that the folder does not grow from round to round. */
  forgetHeld(): void;
};

export type PostfixOptions = {
  name: string;
  /** 'hold' accepts and keeps; a number is the port of the mail server that it delivers everything to. */
  passOnTo: 'hold' | number;
  milterPort?: number;
};

const deliveryProcesses = 20;

function mainConfiguration(folder: string, options: PostfixOptions): string {
  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    myhostname: 'reference.pennyblack.test',
    mydestination: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    alias_maps: '',
    alias_database: '',
    local_recipient_maps: '',
    biff: 'no',
    smtpd_peername_lookup: 'no',
    smtpd_tls_security_level: 'none',
    smtpd_client_connection_count_limit: '0',
    smtpd_client_connection_rate_limit: '0',
    in_flow_delay: '0',
    smtpd_recipient_restrictions: `${options.passOnTo === 'hold' ? 'check_client_access static:HOLD, ' : ''}permit_mynetworks, reject`,
    ...(options.passOnTo === 'hold' ? {} : passingOn(options.passOnTo)),
    ...(options.milterPort === undefined
      ? {}
      : { smtpd_milters: `inet:127.0.0.1:${options.milterPort}`, milter_default_action: 'tempfail' }),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

function passingOn(port: number): Record<string, string> {
  return {
    relayhost: `[127.0.0.1]:${port}`,
    disable_dns_lookups: 'yes',
    smtp_tls_security_level: 'none',
    default_destination_concurrency_limit: String(deliveryProcesses),
    initial_destination_concurrency: String(deliveryProcesses),
    default_destination_recipient_limit: '1',
    smtp_connection_cache_destinations: `[127.0.0.1]:${port}`,
    smtp_connection_reuse_time_limit: '300s',
  };
}

/** Columns: name, type, private, unprivileged, chroot, wake-up, processes, program (master(5)). */
function masterConfiguration(port: number): string {
  const services = [
    [`127.0.0.1:${port}`, 'inet', 'n', '-', 'n', '-', '-', 'smtpd'],
    ['cleanup', 'unix', 'n', '-', 'n', '-', '0', 'cleanup'],
    ['qmgr', 'unix', 'n', '-', 'n', '300', '1', 'qmgr'],
    ['rewrite', 'unix', '-', '-', 'n', '-', '-', 'trivial-rewrite'],
    ['bounce', 'unix', '-', '-', 'n', '-', '0', 'bounce'],
    ['defer', 'unix', '-', '-', 'n', '-', '0', 'bounce'],
    ['trace', 'unix', '-', '-', 'n', '-', '0', 'bounce'],
    ['proxymap', 'unix', '-', '-', 'n', '-', '-', 'proxymap'],
    ['smtp', 'unix', '-', '-', 'n', '-', String(deliveryProcesses), 'smtp'],
    ['relay', 'unix', '-', '-', 'n', '-', String(deliveryProcesses), 'smtp'],
    ['error', 'unix', '-', '-', 'n', '-', '-', 'error'],
    ['retry', 'unix', '-', '-', 'n', '-', '-', 'error'],
    ['anvil', 'unix', '-', '-', 'n', '-', '1', 'anvil'],
    ['scache', 'unix', '-', '-', 'n', '-', '1', 'scache'],
  ];
  return services.map(columns => `${columns.join(' ')}\n`).join('');
}

export async function startPostfix(session: Session, options: PostfixOptions): Promise<Postfix> {
  const folder = path.join(session.folder, options.name);
  const configuration = path.join(folder, 'configuration');
  const queue = path.join(folder, 'queue');
  for (const each of [configuration, queue, path.join(folder, 'data')]) await mkdir(each, { recursive: true });
  const port = await freePort();
  await writeFile(path.join(configuration, 'main.cf'), mainConfiguration(folder, options));
  await writeFile(path.join(configuration, 'master.cf'), masterConfiguration(port));
  spawnSync('chown', ['postfix', path.join(folder, 'data')]);

  const postfix = (...words: string[]) => spawnSync(programPath('postfix'), ['-c', configuration, ...words]);
  const check = postfix('check');
  if (check.status !== 0) throw new Error(`Postfix refuses its configuration:\n${check.stderr}`);
  // Its main process without the script around it, so that its processor time and its end are ours to see.
  const child = session.spawn(path.join(daemonFolder(configuration), 'master'), ['-c', configuration, '-s'], {
    stdio: 'ignore',
  });
  await until('Postfix listens', 20, () => {
    if (child.exitCode !== null) throw new Error('Postfix ended while it started.');
    return canConnect(port);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Postfix has no process.');
  return {
    port,
    processorTime: () => processorTimeOfTree(pid),
    queuedCount: async () => {
      const counts = await Promise.all(
        ['incoming', 'active', 'maildrop'].map(name => countFiles(path.join(queue, name))),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
    forgetHeld: () => {
      spawnSync(programPath('postsuper'), ['-c', configuration, '-d', 'ALL', 'hold'], { stdio: 'ignore' });
    },
  };
}

function daemonFolder(configuration: string): string {
  const words = ['-c', configuration, '-h', 'daemon_directory'];
  return spawnSync(programPath('postconf'), words, { encoding: 'utf8' }).stdout.trim();
}

async function countFiles(folder: string): Promise<number> {
  return (await readdir(folder, { withFileTypes: true })).filter(entry => entry.isFile()).length;
}

export function canConnect(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
