// Role name -> what it starts. `api` is the HTTP listener's endpoints, which start-platform.ts opens last and closes
// first.

import type { Part } from '@pennyblack/runtime/lifecycle/lifecycle.ts';
import type { Parts } from './build-parts.ts';
import type { Role } from './config.ts';

const partsByRole: Readonly<Record<Role, readonly (keyof Parts)[]>> = {
  api: ['notices', 'tracking'],
  smtp: ['submission'],
  inbound: ['deadProcesses', 'reports', 'inbound'],
  delivery: ['deadProcesses', 'delivery', 'scheduled'],
  webhooks: ['deadProcesses', 'webhookCalls'],
  upkeep: ['deadProcesses', 'upkeep'],
};

/** Each part once, however many roles want it. */
export function partsOfRoles(roles: ReadonlySet<Role>, parts: Parts): Part[] {
  const wanted = new Set([...roles].flatMap(role => partsByRole[role]));
  return [...wanted].map(name => parts[name]);
}
