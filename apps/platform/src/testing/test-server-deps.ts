// For tests of endpoints: what servers need of the world, with an empty DNS and hooks that nobody hears of.

import type { ServerDeps } from '../features/servers/ports.ts';
import { createDefaultStreams } from '../features/streams/create-default-streams.ts';
import { testKeyRing } from './test-world.ts';

export function testServerDeps(overrides: Partial<ServerDeps> = {}): ServerDeps {
  const ownHosts: [string, string] = ['mail.shop.test', 'inbound.mail.shop.test'];
  return {
    keyRing: testKeyRing,
    hooksChanged: async () => {},
    createStreams: createDefaultStreams,
    findMxHosts: async () => [],
    limits: { ownHosts, isCallableHost: host => host !== 'internal.test' },
    mailHosts: ownHosts,
    inboundHost: 'inbound.mail.shop.test',
    publicUrl: () => 'https://post.shop.test',
    ...overrides,
  };
}
