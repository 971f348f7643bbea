// One running Pennyblack as its user starts it: `node apps/platform/src/main.ts` with settings in the environment.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ServerClient } from 'postmark';
import { killProcess, killTree } from './processes-of-folder.ts';
import { until } from './until.ts';

export type Environment = Readonly<Record<string, string>>;
export type Ended = { code: number | null; signal: NodeJS.Signals | null; seconds: number };

export type Platform = {
  url: string;
  pid: number;
  dataFolder: string;
  /** Everything it has printed. */
  output(): string;
  /** Tells it to stop, then waits for the end. Seconds are those from the signal. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<Ended>;
  /** kill -9 of this process alone; its database ends by itself. */
  kill(): Promise<void>;
  /** kill -9 of this process and of its embedded database. */
  killEverything(): Promise<void>;
  /** True from the moment it has ended, however it did. */
  hasEnded(): boolean;
  /** It ended although no story told it to. */
  endedByItself(): boolean;
};

export const repositoryRoot = path.join(import.meta.dirname, '../..');
const guard = path.join(repositoryRoot, 'packages/runtime/src/testing/deny-network.ts');
const entryPoint = path.join(repositoryRoot, 'apps/platform/src/main.ts');

/** Only what a shell gives everybody: the settings of whoever runs the stories must not reach the platform. */
function environmentOf(settings: Environment): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  // The guard of the tests holds in the child too: whatever it would send beyond 127.0.0.1 throws.
  return {
    PATH,
    HOME,
    ...(TMPDIR ? { TMPDIR } : {}),
    ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}),
    NODE_OPTIONS: `--import=${guard}`,
    ...settings,
  };
}

/** Another user than the one who runs the stories; only root may choose one. */
export type User = { uid: number; gid: number };

export function spawnNode(
  script: string,
  words: readonly string[],
  folder: string,
  settings: Environment,
  user: User | undefined,
) {
  return spawn(process.execPath, [script, ...words], {
    cwd: folder,
    env: environmentOf(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
}

export type Attempt = { child: ChildProcess; output(): string; ended: Promise<Ended> };

/** Starts it and does not wait. */
export function spawnPlatform(folder: string, settings: Environment, user?: User): Attempt {
  const startedAt = performance.now();
  const child = spawnNode(entryPoint, [], folder, settings, user);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    seconds: (performance.now() - startedAt) / 1000,
  }));
  return { child, output: () => output, ended };
}

/** Resolves when /health/ready answers 200. @throws Error with what it printed when it ends before. */
export async function startPlatform(
  folder: string,
  settings: Environment,
  options: { fetchReady?: (url: string) => Promise<boolean>; user?: User | undefined } = {},
): Promise<Platform> {
  const { fetchReady = answersReady } = options;
  const { child, output, ended } = spawnPlatform(folder, settings, options.user);
  let isEnded = false;
  let isToldToEnd = false;
  void ended.then(() => {
    isEnded = true;
  });
  const url = await until(
    'the platform says that it is ready',
    () => {
      if (isEnded) throw new Error(`The platform ended while it started:\n${output()}`);
      return /Pennyblack is ready at (\S+)/.exec(output())?.[1];
    },
    { secondsMax: 150 },
  );
  await until('/health/ready answers 200', () => fetchReady(url));
  const pid = child.pid ?? 0;
  const dataFolder = settings.PENNYBLACK_DATA_DIR ?? folder;

  return {
    url,
    pid,
    dataFolder,
    output,
    async stop(signal = 'SIGTERM') {
      isToldToEnd = true;
      const toldAt = performance.now();
      child.kill(signal);
      const end = await ended;
      return { ...end, seconds: (performance.now() - toldAt) / 1000 };
    },
    async kill() {
      isToldToEnd = true;
      killProcess(pid, 'SIGKILL');
      await ended;
    },
    async killEverything() {
      isToldToEnd = true;
      await killTree(isEnded ? [] : [pid], dataFolder);
      await ended;
    },
    hasEnded: () => isEnded,
    endedByItself: () => isEnded && !isToldToEnd,
  };
}

async function answersReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    response => response.ok,
    () => false, // Not listening yet.
  );
}

/** The unmodified official client. */
export function clientFor(url: string, token: string): ServerClient {
  const { protocol, host } = new URL(url);
  return new ServerClient(token, { requestHost: host, useHttps: protocol === 'https:', timeout: 30 });
}
