// One running platform for all tests of a file, with the tokens of its live and its sandbox server.

import { after } from 'node:test';
import type { ServerClient } from 'postmark';
import { clientFor, type Environment } from '../scenarios/harness/platform.ts';
import { openWorld, type World, type WorldOptions } from '../scenarios/harness/world.ts';

export type RunningPlatform = {
  world: World;
  live: ServerClient;
  sandbox: ServerClient;
  withToken(token: string): ServerClient;
};

/** Ended when the tests of the file have ended. */
export async function runPlatform(options: WorldOptions = {}, settings: Environment = {}): Promise<RunningPlatform> {
  const world = await openWorld(options);
  after(() => world.close());
  const platform = await world.start(settings);
  const sandboxToken = /Sandbox server token +(\S+)/.exec(platform.output())?.[1] ?? '';
  return {
    world,
    live: world.client,
    sandbox: clientFor(platform.url, sandboxToken),
    withToken: token => clientFor(platform.url, token),
  };
}
