import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import test from 'node:test';
import { createLog } from '../log/log.ts';
import { createLifecycle, type Part, stopOnSignals } from './lifecycle.ts';

function setUp() {
  const story: string[] = [];
  const lines: string[] = [];
  const log = createLog('info', { write: line => lines.push(JSON.parse(line).msg) });
  const lifecycle = createLifecycle(log);
  const part = (name: string, changes: Partial<Part> = {}): Part => ({
    name,
    start: async () => void story.push(`start ${name}`),
    stop: async () => void story.push(`stop ${name}`),
    ...changes,
  });
  return { story, lines, log, lifecycle, part };
}

/** Stands for the process: signals come in, and one exit code goes out. */
function fakeProcess() {
  const emitter = new EventEmitter();
  const exited = Promise.withResolvers<number>();
  const world = {
    on: (event: string, listener: (reason: unknown) => void) => emitter.on(event, listener),
    exit: (code: number) => exited.resolve(code),
  };
  return { emitter, world, exited: exited.promise };
}

test('parts start in order and stop in reverse order, once', async () => {
  const { story, lifecycle, part } = setUp();
  await lifecycle.add(part('database'));
  await lifecycle.add(part('api'));
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  assert.deepEqual(story, ['start database', 'start api', 'stop api', 'stop database']);
  assert.ok(lifecycle.stopping.aborted);
  await assert.rejects(lifecycle.add(part('late')), /stopping/);
});

test('a part that cannot stop does not keep the others running', async () => {
  const { story, lines, lifecycle, part } = setUp();
  await lifecycle.add(part('database'));
  await lifecycle.add(part('api', { stop: () => Promise.reject(new Error('stuck')) }));
  await lifecycle.stop();
  assert.deepEqual(story, ['start database', 'start api', 'stop database']);
  assert.deepEqual(lines, ['a part failed to stop']);
});

test('a part that was starting when all had to stop is stopped too', async () => {
  const { story, lifecycle, part } = setUp();
  const slow = Promise.withResolvers<void>();
  const adding = lifecycle.add(part('slow', { start: () => slow.promise }));
  const stopping = lifecycle.stop();
  slow.resolve();
  await Promise.all([adding, stopping]);
  assert.deepEqual(story, ['stop slow']);
});

test('a signal stops everything and exits with 0', async () => {
  const { story, lines, log, lifecycle, part } = setUp();
  const { emitter, world, exited } = fakeProcess();
  stopOnSignals(lifecycle, log, world);
  await lifecycle.add(part('api'));
  emitter.emit('SIGTERM');
  assert.equal(await exited, 0);
  assert.deepEqual(story, ['start api', 'stop api']);
  assert.deepEqual(lines, ['stopping', 'stopped']);
});

test('the same signal twice in a moment is one, as with Ctrl-C on npm start; a later one exits at once, with 1', async t => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const { lines, log, lifecycle, part } = setUp();
  const { emitter, world, exited } = fakeProcess();
  stopOnSignals(lifecycle, log, world);
  const stuck = Promise.withResolvers<void>();
  await lifecycle.add(part('api', { stop: () => stuck.promise }));
  emitter.emit('SIGINT');
  t.mock.timers.tick(5);
  emitter.emit('SIGINT');
  emitter.emit('SIGTERM');
  assert.deepEqual(lines, ['stopping']);
  t.mock.timers.tick(1000);
  emitter.emit('SIGINT');
  assert.equal(await exited, 1);
  stuck.resolve();
  await lifecycle.stop();
});

test('a part that hangs is waited for ten seconds, then the process exits with 1', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { lines, log, lifecycle, part } = setUp();
  const { emitter, world, exited } = fakeProcess();
  stopOnSignals(lifecycle, log, world);
  const stuck = Promise.withResolvers<void>();
  await lifecycle.add(part('api', { stop: () => stuck.promise }));
  emitter.emit('SIGTERM');
  t.mock.timers.tick(9_999);
  assert.deepEqual(lines, ['stopping']);
  t.mock.timers.tick(1);
  assert.equal(await exited, 1);
  assert.match(lines[1] ?? '', /not stopped after 10 seconds/);
  stuck.resolve();
});

test('an error that nobody caught ends the process with 1', async () => {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    const { lines, log, lifecycle } = setUp();
    const { emitter, world, exited } = fakeProcess();
    stopOnSignals(lifecycle, log, world);
    emitter.emit(event, new Error('bug'));
    assert.equal(await exited, 1);
    assert.match(lines[0] ?? '', /nobody caught/);
  }
});
