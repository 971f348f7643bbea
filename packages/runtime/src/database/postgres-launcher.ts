// As whom PostgreSQL runs. It refuses to run as root. Where we are root it runs in a user namespace that calls root
// another number: files stay root's, also below a folder that only root may enter. Where that is forbidden (Docker's
// default profile, old util-linux) it runs as an unprivileged user, with data and programs where that user reaches them.

import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './postgres-binaries.ts';

export type Launcher = {
  binaries: PostgresBinaries;
  /** The folder that holds, or will hold, the cluster's folder. */
  home: string;
  /** Gives a file or folder to the user who runs the server. */
  handOver(target: string): Promise<void>;
  spawn(program: string, programArguments: readonly string[], options: SpawnOptions): ChildProcess;
};

export type LauncherWorld = {
  isRoot: boolean;
  canMapUsers: () => Promise<boolean>;
  canEndWithParent: () => Promise<boolean>;
  /** Where data and programs go when an unprivileged user cannot reach them where they are. */
  fallbackHome: string;
};

const execute = promisify(execFile);
const mapUser: readonly string[] = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
/** The server ends with us, also when we are killed without a word: the kernel sends it SIGINT, a fast shutdown. */
const endWithParent: readonly string[] = ['setpriv', '--pdeathsig', 'INT', '--'];

export const systemWorld: LauncherWorld = {
  isRoot: process.getuid?.() === 0,
  canMapUsers: () => succeeds([...mapUser, 'true']),
  canEndWithParent: () => succeeds([...endWithParent, 'true']),
  fallbackHome: '/var/lib/pennyblack',
};

/** @throws Error with a sentence when PostgreSQL cannot be run here. */
export async function chooseLauncher(
  dataFolder: string,
  binaries: PostgresBinaries,
  world: LauncherWorld = systemWorld,
): Promise<Launcher> {
  const guard = (await world.canEndWithParent()) ? endWithParent : [];
  if (!world.isRoot) {
    return { binaries, home: dataFolder, handOver: async () => {}, spawn: spawnBehind(guard, {}) };
  }
  if (await world.canMapUsers()) {
    const handOver = (target: string) => giveTo(target, { uid: 0, gid: 0 });
    return { binaries, home: dataFolder, handOver, spawn: spawnBehind([...mapUser, ...guard], {}) };
  }
  return launchAsUnprivileged(dataFolder, binaries, guard, world.fallbackHome);
}

function spawnBehind(prefix: readonly string[], user: { uid?: number; gid?: number }): Launcher['spawn'] {
  return (program, programArguments, options) => {
    const [command = program, ...rest] = [...prefix, program, ...programArguments];
    // The working folder must be one that whoever runs the program may enter.
    return spawn(command, rest, { cwd: '/', ...options, ...user });
  };
}

async function launchAsUnprivileged(
  dataFolder: string,
  binaries: PostgresBinaries,
  guard: readonly string[],
  fallbackHome: string,
): Promise<Launcher> {
  const user = await unprivilegedUser();
  if (user === undefined) {
    throw new Error(
      'PostgreSQL refuses to run as root, and this machine allows neither user namespaces nor has it a user "postgres" ' +
        'or "nobody". Start Pennyblack as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  const handOver = (target: string) => giveTo(target, user);
  const reachable = (await succeeds([binaries.postgres, '--version'], user))
    ? binaries
    : await copyBinaries(binaries, path.join(fallbackHome, 'postgresql'), user);
  const home = (await canEnter(dataFolder, user)) ? dataFolder : await moveHome(dataFolder, fallbackHome, user);
  return { binaries: reachable, home, handOver, spawn: spawnBehind(guard, user) };
}

type User = { uid: number; gid: number };

/** The users whom `launchAsUnprivileged` may have given a cluster to. */
export async function isUnprivilegedUser(uid: number): Promise<boolean> {
  return (await unprivilegedUsers()).some(user => user.uid === uid);
}

async function unprivilegedUser(): Promise<User | undefined> {
  const [first] = await unprivilegedUsers();
  return first;
}

async function unprivilegedUsers(): Promise<User[]> {
  const users = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map(line => line.split(':'));
  return ['postgres', 'nobody'].flatMap(name => {
    const found = users.find(fields => fields[0] === name);
    return found ? [{ uid: Number(found[2]), gid: Number(found[3]) }] : [];
  });
}

/** The programs, with the libraries and data they look for beside themselves, where everyone may read. */
async function copyBinaries(binaries: PostgresBinaries, target: string, user: User): Promise<PostgresBinaries> {
  const source = path.dirname(path.dirname(binaries.postgres));
  const copy = { initdb: path.join(target, 'bin/initdb'), postgres: path.join(target, 'bin/postgres') };
  const wanted = await versionOf(binaries.postgres);
  if ((await versionOf(copy.postgres)) !== wanted) {
    await makeReachable(path.dirname(target));
    await rm(target, { recursive: true, force: true });
    await cp(source, target, { recursive: true, verbatimSymlinks: true });
    await execute('chmod', ['-R', 'a+rX', target]);
  }
  if (!(await succeeds([copy.postgres, '--version'], user))) {
    throw new Error(
      `PostgreSQL refuses to run as root, and an unprivileged user cannot run it from ${target} either. ` +
        'Start Pennyblack as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  return copy;
}

async function versionOf(program: string): Promise<string | undefined> {
  return execute(program, ['--version']).then(
    answer => answer.stdout,
    () => undefined, // Not there yet, or half copied.
  );
}

/** The cluster lives elsewhere, and a link in the data folder says where. */
async function moveHome(dataFolder: string, fallbackHome: string, user: User): Promise<string> {
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  const home = path.join(fallbackHome, name);
  await makeReachable(home);
  const existing = path.join(dataFolder, 'postgres');
  const moved = path.join(home, 'postgres');
  const found = await lstat(existing).catch(() => undefined);
  if (found?.isDirectory()) await moveAcross(existing, moved);
  if (!found?.isSymbolicLink()) await symlink(moved, existing);
  if (!(await canEnter(home, user))) {
    throw new Error(
      `PostgreSQL refuses to run as root, and an unprivileged user reaches neither ${dataFolder} nor ${home}. ` +
        'Start Pennyblack as an ordinary user, or name a folder that others may enter in PENNYBLACK_DATA_DIR.',
    );
  }
  return home;
}

async function moveAcross(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await cp(from, `${to}.copying`, { recursive: true, preserveTimestamps: true });
    await rename(`${to}.copying`, to);
    await rm(from, { recursive: true });
  }
}

async function makeReachable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await chmod(folder, 0o711); // The mode given to mkdir is cut by the umask.
}

async function canEnter(folder: string, user: User): Promise<boolean> {
  return succeeds(['test', '-x', folder], user);
}

/** Also repairs a cluster that the other way of running has made: both keep the same files under another owner. */
async function giveTo(link: string, user: User): Promise<void> {
  const target = await realpath(link);
  const owner = await stat(target);
  if (owner.uid === user.uid && owner.gid === user.gid) return;
  if (owner.isDirectory()) await execute('chown', ['-R', `${user.uid}:${user.gid}`, target]);
  else await chown(target, user.uid, user.gid);
}

async function succeeds(command: readonly string[], user: Partial<User> = {}): Promise<boolean> {
  const [program = '', ...programArguments] = command;
  return execute(program, programArguments, { cwd: '/', ...user }).then(
    () => true,
    () => false,
  );
}
