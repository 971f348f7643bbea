// A folder that all files of one run share: what is made once in it need not be made again by each. Gone when the run ends.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Names the folder to the files. Not named PENNYBLACK_…, which the platform would refuse as a setting it does not know. */
export const sharedFolderVariable = 'TEST_SHARED_FOLDER';

/** What Node makes of our sources, for it to take again: a third of what it costs to load a large file. */
export const compileCacheVariable = 'NODE_COMPILE_CACHE';

/** Adds both to the environment of whatever this process starts. */
export async function openSharedFolder(): Promise<{ close(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pennyblack-shared-'));
  process.env[sharedFolderVariable] = folder;
  process.env[compileCacheVariable] = path.join(folder, 'compiled');
  return {
    async close() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
