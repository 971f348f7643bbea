// A Pennyblack as its user starts it: `node apps/platform/src/main.ts` with its embedded database, in a folder of the
// session. What it prints goes to a file, as it would under a service manager.

import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { runningEmbeddedPostgres } from '../../packages/runtime/src/database/embedded-postgres.ts';
import { clientConfig } from '../../packages/runtime/src/database/session-settings.ts';
import { processorTimeOf, processorTimeOfTree } from './processor-time.ts';
import { endChild, freePort, type Session, until } from './session.ts';

export const serverToken = 'bench-live-server-token';
export const senderDomain = 'shop.test';

export type Platform = {
  port: number;
  pid: number;
  connectionString: string;
  /** Where a debugger may connect; undefined unless it was asked for. */
  inspectorUrl: string | undefined;
  processorTime(): { platform: number; database: number };
  stop(): Promise<void>;
};

export type PlatformOptions = {
  /** Of its data folder inside the session's folder; a second start under one name finds the first one's data. */
  name: string;
  settings: Readonly<Record<string, string>>;
  isInspected?: boolean;
};

const entryPoint = path.join(import.meta.dirname, '../../apps/platform/src/main.ts');

export async function startPlatform(session: Session, options: PlatformOptions): Promise<Platform> {
  const dataFolder = path.join(session.folder, options.name);
  const logFile = path.join(session.folder, `${options.name}.log`);
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const output = openSync(logFile, 'w');
  const child = session.spawn(
    process.execPath,
    [...(options.isInspected ? ['--inspect=127.0.0.1:0'] : []), entryPoint],
    {
      cwd: session.folder,
      // Nothing of the caller's own settings.
      env: {
        ...(PATH ? { PATH } : {}),
        ...(HOME ? { HOME } : {}),
        PENNYBLACK_DATA_DIR: dataFolder,
        PENNYBLACK_HTTP_PORT: String(port),
        PENNYBLACK_SMTP_PORT: '0',
        PENNYBLACK_INBOUND_PORT: '0',
        PENNYBLACK_SERVER_TOKEN: serverToken,
        PENNYBLACK_VERIFIED_DOMAINS: senderDomain,
        PENNYBLACK_MAIL_HOSTNAME: 'mail.pennyblack.test',
        ...options.settings,
      },
      stdio: ['ignore', output, output],
    },
  );
  closeSync(output);
  const printed = () => readFileSync(logFile, 'utf8');
  await until('Pennyblack is ready', 60, () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Pennyblack ended:\n${printed()}`);
    return existsSync(logFile) && printed().includes('Pennyblack is ready at');
  });
  const connectionString = await runningEmbeddedPostgres(dataFolder);
  if (connectionString === undefined || child.pid === undefined) throw new Error('Its database does not run.');
  const { pid } = child;
  const postmaster = Number(readFileSync(path.join(dataFolder, 'postgres/postmaster.pid'), 'utf8').split('\n', 1)[0]);
  return {
    port,
    pid,
    connectionString,
    inspectorUrl: /Debugger listening on (ws:\S+)/.exec(printed())?.[1],
    processorTime: () => ({ platform: processorTimeOf(pid), database: processorTimeOfTree(postmaster) }),
    stop: () => endChild(child),
  };
}

/** Lets the database count its statements from the platform's next start on. */
export async function countStatements(session: Session, name: string): Promise<void> {
  const lines = "shared_preload_libraries = 'pg_stat_statements'\ntrack_io_timing = on\n";
  await appendFile(path.join(session.folder, name, 'postgres/postgresql.conf'), lines);
}

export async function withDatabase<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const settings = { connectionString, applicationName: 'bench', statementSecondsMax: 60, connectSecondsMax: 10 };
  const client = new pg.Client(clientConfig(settings));
  client.on('error', () => {}); // The statement in flight rejects with it.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A script of this bench in a process of its own; resolves with what it prints, which is one JSON value. */
export async function runScript<T>(session: Session, script: string, argument: object): Promise<T> {
  const file = path.join(import.meta.dirname, '..', script);
  const child = session.spawn(process.execPath, [file, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${script} failed with code ${code}.`);
  return JSON.parse(text) as T;
}

/** With the token of the live server. @throws Error when it is refused. */
export async function callApi<T>(platform: Platform, method: string, where: string, body?: object): Promise<T> {
  const headers = { 'x-postmark-server-token': serverToken, 'content-type': 'application/json' };
  const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const answer = await fetch(`http://127.0.0.1:${platform.port}${where}`, request);
  if (!answer.ok) throw new Error(`${method} ${where} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
