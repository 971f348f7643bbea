// What the first start of a story's platform makes, made once in a run and copied for each story: the same program has
// made it, in 0.1 s instead of five. Stories about first starts have their own.

import { execFile } from 'node:child_process';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { sharedFolderVariable } from '../../tools/testing/shared-folder.ts';
import { type Environment, startPlatform } from './platform.ts';
import { until } from './until.ts';

const execute = promisify(execFile);

/** Longer than a first start takes on a busy machine. */
const makingSecondsMax = 120;

/** `settings` are those of a first start. Does nothing where files run alone, or where the database lies outside of the data folder. */
export async function copyFirstStart(dataFolder: string, settings: Environment): Promise<void> {
  const shared = process.env[sharedFolderVariable];
  if (shared === undefined) return;
  const made = path.join(shared, 'first-start');
  await makeOnce(made, settings);
  // A link where PostgreSQL must run as a user who cannot reach the data folder (Docker's default profile).
  if (!(await isFolder(path.join(made, 'postgres')))) return;
  await mkdir(path.dirname(dataFolder), { recursive: true });
  // Keeps owners and modes, which fs.cp does not.
  await execute('cp', ['-a', made, dataFolder]);
}

/** The first file that comes makes it, the others wait; whether it is there says its name, which it gets when complete. */
async function makeOnce(made: string, settings: Environment): Promise<void> {
  if (await isFolder(made)) return;
  const unfinished = `${made}.unfinished`;
  const isMine = await mkdir(unfinished).then(
    () => true,
    () => false,
  );
  if (!isMine) {
    await until('another file has made the data of a first start', () => isFolder(made), {
      secondsMax: makingSecondsMax,
    });
    return;
  }
  const dataFolder = path.join(unfinished, 'data');
  const platform = await startPlatform(unfinished, {
    ...settings,
    PENNYBLACK_DATA_DIR: dataFolder,
    PENNYBLACK_HTTP_PORT: '0',
  });
  const { code } = await platform.stop();
  if (code !== 0) throw new Error(`The first start that is copied ended with ${code}:\n${platform.output()}`);
  await rm(path.join(dataFolder, 'postgres.log'), { force: true });
  await rename(dataFolder, made);
}

async function isFolder(name: string): Promise<boolean> {
  return lstat(name).then(
    found => found.isDirectory(),
    () => false,
  );
}
