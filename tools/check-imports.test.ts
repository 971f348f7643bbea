import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCycles } from './imports/cycles.ts';
import { checkDirections } from './imports/directions.ts';
import { checkRulesArePure } from './imports/pure-rules.ts';
import { readTree, treeOf } from './imports/read-tree.ts';

const src = 'apps/platform/src';
const bounces = `${src}/features/bounces`;

/** Files by path, each with the lines it consists of. */
function complaintsAbout(files: Record<string, string>): string[] {
  const tree = treeOf(new Map(Object.entries(files)));
  return [...checkDirections(tree), ...checkRulesArePure(tree), ...findCycles(tree)];
}

const refused: [why: string, file: string, line: string, says: RegExp][] = [
  [
    'email → runtime',
    'packages/email/src/a.ts',
    `import { b } from '@pennyblack/runtime/clock.ts';`,
    /nothing of the runtime/,
  ],
  [
    'email → app',
    'packages/email/src/a.ts',
    `import type { b } from '@pennyblack/platform/refusals.ts';`,
    /nothing of/,
  ],
  ['email → network', 'packages/email/src/a.ts', `import net from 'node:net';`, /neither disk nor network/],
  [
    'runtime → email',
    'packages/runtime/src/a.ts',
    `export * from '@pennyblack/email/a.ts';`,
    /knows nothing about email/,
  ],
  [
    'edge → feature',
    `${src}/edges/http-api/a.ts`,
    `import type { B } from '../../features/bounces/b.ts';`,
    /never imports a feature/,
  ],
  ['edge → build', `${src}/edges/http-api/a.ts`, `import { b } from '../../build.ts';`, /what starts it/],
  [
    'earlier → later feature',
    `${src}/features/streams/a.ts`,
    `import { b } from '../bounces/b.ts';`,
    /bounces comes after streams/,
  ],
  [
    'earlier → later type',
    `${src}/features/streams/a.ts`,
    `import type { b } from '../bounces/b.ts';`,
    /record an event/,
  ],
  ["→ another's store", `${bounces}/a.ts`, `import { b } from '../streams/store.ts';`, /call one of its actions/],
  [
    "→ another's http",
    `${bounces}/a.ts`,
    `import { b } from '../streams/http/b.ts';`,
    /imports http\/, smtp\/ or jobs\//,
  ],
  ['action → own http', `${bounces}/a.ts`, `import { b } from './http/b.ts';`, /they import it/],
  [
    'action → edge',
    `${bounces}/a.ts`,
    `import type { Call } from '../../edges/http-api/endpoint.ts';`,
    /may know an edge/,
  ],
  ['action → config', `${bounces}/a.ts`, `import { port } from '../../config.ts';`, /handed in/],
  ['adapter → own store', `${bounces}/http/a.ts`, `import { b } from '../store.ts';`, /only actions use the store/],
  [
    'adapter → inner edge',
    `${bounces}/http/a.ts`,
    `import { b } from '../../../edges/http-api/call.ts';`,
    /endpoint\.ts, dates\.ts/,
  ],
  ['main → feature', `${src}/main.ts`, `import { b } from './features/bounces/b.ts';`, /through build\.ts/],
  ['main ← roles', `${src}/roles.ts`, `import { b } from './main.ts';`, /nothing imports main/],
  ['build → roles', `${src}/build.ts`, `import { b } from './roles.ts';`, /only main\.ts imports roles/],
  ['build → store', `${src}/build.ts`, `import { b } from './features/bounces/store.ts';`, /store is its own/],
  [
    'command line → adapter',
    `${src}/command-line.ts`,
    `import { b } from './features/bounces/http/b.ts';`,
    /only build\.ts/,
  ],
  ['refusals → feature', `${src}/refusals.ts`, `import { b } from './features/bounces/b.ts';`, /for everyone/],
  [
    'app → app',
    'apps/broadcast/src/a.ts',
    `import { b } from '@pennyblack/platform/refusals.ts';`,
    /another app|over the network/,
  ],
  ['code → test support', `${bounces}/a.ts`, `import { b } from '../../testing/b.ts';`, /only tests/],
  ['unknown feature', `${src}/features/pigeons/a.ts`, '', /no place in the order/],
  ['rules → disk', `${bounces}/rules.ts`, `import { b } from 'node:fs';`, /rules are pure/],
  ['rules → own store', `${bounces}/a-rules.ts`, `import { b } from './store.ts';`, /rules are pure/],
  [
    'rules → clock',
    `${bounces}/rules.ts`,
    `import { systemClock } from '@pennyblack/runtime/clock.ts';`,
    /rules are pure/,
  ],
  ['rules → package', `${bounces}/rules.ts`, `import pg from 'pg';`, /rules are pure/],
];

for (const [why, file, line, says] of refused) {
  test(`refused: ${why}`, () => {
    const complaints = complaintsAbout({ [file]: line });
    assert.equal(complaints.length, 1, complaints.join('\n'));
    assert.match(complaints[0] ?? '', says);
    assert.ok(complaints[0]?.startsWith(file));
  });
}

const allowed: [file: string, line: string][] = [
  ['packages/email/src/a.ts', `import { b } from './b.ts';`],
  ['packages/email/src/a.ts', `import { createHash } from 'node:crypto';`],
  [`${src}/edges/http-api/a.ts`, `import { Refusal } from '../../refusals.ts';`],
  [`${src}/edges/smtp-inbound/a.ts`, `import { b } from '../smtp-submission/b.ts';`],
  [`${bounces}/a.ts`, `import { b } from '../streams/find-streams.ts';`],
  [`${bounces}/a.ts`, `import { b } from './store.ts';`],
  [`${bounces}/a.ts`, `import type { Settings } from '../../config.ts';`],
  [`${bounces}/http/a.ts`, `import { b } from '../activate-bounce.ts';`],
  [`${bounces}/http/a.ts`, `import type { Stream } from '../../streams/stream.ts';`],
  [`${bounces}/http/a.ts`, `import { readPaging } from '../../../edges/http-api/paging.ts';`],
  [`${bounces}/rules.ts`, `import type { Clock } from '@pennyblack/runtime/clock.ts';`],
  [`${bounces}/rules.ts`, `import { b } from '../streams/sending-rules.ts';`],
  [`${bounces}/rules.ts`, `import assert from 'node:assert/strict';`],
  [`${src}/config.ts`, `import { b } from './config-kinds.ts';`],
  [`${src}/main.ts`, `import { b } from './roles.ts';`],
  [`${src}/roles.ts`, `import { b } from './build.ts';`],
  [`${src}/build.ts`, `import { b } from './features/bounces/http/b.ts';\nimport { c } from './edges/http-api/c.ts';`],
  [`${bounces}/a.test.ts`, `import { b } from '../webhooks/store.ts';`],
];

for (const [file, line] of allowed) {
  test(`allowed: ${file} with ${line.split('\n')[0]}`, () => assert.deepEqual(complaintsAbout({ [file]: line }), []));
}

test('rules are impure through another file too, and the sentence names the way', () => {
  const [complaint] = complaintsAbout({
    [`${bounces}/rules.ts`]: `import { b } from './bounce.ts';`,
    [`${bounces}/bounce.ts`]: `import { c } from './load.ts';`,
    [`${bounces}/load.ts`]: `import { d } from './store.ts';`,
    [`${bounces}/store.ts`]: '',
  });
  assert.match(complaint ?? '', /rules\.ts imports .*store\.ts through .*bounce\.ts and .*load\.ts/);
});

test('an adapter may use the nouns of an earlier feature, but calls its own actions only', () => {
  const complaints = complaintsAbout({
    [`${bounces}/http/a.ts`]: `import { kinds } from '../../events/event.ts';\nimport { read } from '../../events/read-timeline.ts';`,
    [`${src}/features/events/event.ts`]: '',
    [`${src}/features/events/read-timeline.ts`]: `import { list } from './store.ts';`,
    [`${src}/features/events/store.ts`]: '',
  });
  assert.deepEqual(complaints.length, 1);
  assert.match(
    complaints[0] ?? '',
    /:2 imports .*read-timeline\.ts: an adapter calls the actions of its own feature only/,
  );
});

test('a circle of files is found, however long; a circle of types is none', () => {
  const circle = (kind: string) =>
    complaintsAbout({
      [`${bounces}/a.ts`]: `import { b } from './b.ts';`,
      [`${bounces}/b.ts`]: `import {\n  c,\n} from './c.ts';`,
      [`${bounces}/c.ts`]: `import ${kind}{ a } from './a.ts';`,
    });
  assert.match(circle('')[0] ?? '', /a\.ts → .*b\.ts → .*c\.ts → .*a\.ts\.$/);
  assert.equal(circle('').length, 1);
  assert.deepEqual(circle('type '), []);
});

test('only build.ts brings features and edges together', () => {
  const both = `import { a } from './features/bounces/a.ts';\nimport { b } from './edges/http-api/b.ts';`;
  assert.match(complaintsAbout({ [`${src}/command-line.ts`]: both })[0] ?? '', /connects the two/);
  assert.deepEqual(complaintsAbout({ [`${src}/build-http.ts`]: both }), []);
});

test('every form of import is seen, with its line, and nothing else is', () => {
  const source = [
    `// import { no } from './comment.ts';`,
    `import './one.ts';`,
    `import two, { type Two } from './two.ts';`,
    `export type { Three } from './three.ts';`,
    `export const text = 'import { no } from "./text.ts"';`,
    `export { five } from '@pennyblack/email/five.ts';`,
    `const six = await import('./six.ts');`,
  ].join('\n');
  const imports = treeOf(new Map([['apps/platform/src/x/a.ts', source]])).files.get('apps/platform/src/x/a.ts');
  assert.deepEqual(imports, [
    { target: 'apps/platform/src/x/one.ts', kind: 'value', line: 2 },
    { target: 'apps/platform/src/x/two.ts', kind: 'value', line: 3 },
    { target: 'apps/platform/src/x/three.ts', kind: 'type', line: 4 },
    { target: 'packages/email/src/five.ts', kind: 'value', line: 6 },
    { target: 'apps/platform/src/x/six.ts', kind: 'dynamic', line: 7 },
  ]);
});

test('the tree of this repository is found', () => {
  const { files } = readTree(new URL('..', import.meta.url).pathname);
  assert.ok((files.get('apps/platform/src/edges/http-api/http-api.ts')?.length ?? 0) > 5);
});
