import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Parts } from './build-parts.ts';
import { type Role, roles } from './config.ts';
import { partsOfRoles } from './roles.ts';

function part(name: string) {
  return { name, start: async () => {}, stop: async () => {} };
}

const parts: Parts = {
  deadProcesses: part('deadProcesses'),
  upkeep: part('upkeep'),
  delivery: part('delivery'),
  scheduled: part('scheduled'),
  webhookCalls: part('webhookCalls'),
  notices: part('notices'),
  reports: part('reports'),
  inbound: part('inbound'),
  tracking: part('tracking'),
  submission: part('submission'),
};

function startedBy(...wanted: Role[]): string[] {
  return partsOfRoles(new Set(wanted), parts).map(one => one.name);
}

test('each role starts what it needs, and nothing else', () => {
  assert.deepEqual(Object.fromEntries(roles.map(role => [role, startedBy(role)])), {
    api: ['notices', 'tracking'],
    smtp: ['submission'],
    inbound: ['deadProcesses', 'reports', 'inbound'],
    delivery: ['deadProcesses', 'delivery', 'scheduled'],
    webhooks: ['deadProcesses', 'webhookCalls'],
    upkeep: ['deadProcesses', 'upkeep'],
  });
});

test('with all roles every part is started, and once', () => {
  assert.deepEqual(startedBy(...roles).toSorted(), Object.keys(parts).toSorted());
});

test('what frees the work of dead processes starts before delivery', () => {
  assert.deepEqual(startedBy('upkeep', 'delivery'), ['deadProcesses', 'upkeep', 'delivery', 'scheduled']);
});
