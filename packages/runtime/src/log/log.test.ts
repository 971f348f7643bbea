import assert from 'node:assert/strict';
import test from 'node:test';
import { createLog, type LogLevel } from './log.ts';

function logged(level: LogLevel, write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLog(level, { write: line => lines.push(line) }));
  return lines.map(line => JSON.parse(line));
}

test('a line is JSON with a time, a level by name, the process, and the fields of its request', () => {
  const [line] = logged('info', log => log.child({ requestId: 'r1' }).info({ serverId: 7 }, 'accepted'));
  assert.equal(line?.level, 'info');
  assert.equal(line?.requestId, 'r1');
  assert.equal(line?.serverId, 7);
  assert.equal(line?.msg, 'accepted');
  assert.equal(line?.pid, process.pid);
  assert.ok(!Number.isNaN(Date.parse(String(line?.time))));
});

test('lines below the level are not written', () => {
  const lines = logged('warn', log => {
    log.info('quiet');
    log.warn('loud');
  });
  assert.deepEqual(
    lines.map(line => line.msg),
    ['loud'],
  );
});

test('secrets put into a line by mistake are not written', () => {
  const lines = logged('info', log => {
    log.info({ token: 's3cret', settings: { password: 's3cret' } }, 'one');
    log.info({ request: { headers: { 'x-postmark-server-token': 's3cret', authorization: 's3cret' } } }, 'two');
  });
  assert.equal(lines.length, 2);
  assert.ok(!JSON.stringify(lines).includes('s3cret'));
});

test('an error is written with its causes and its code, and without the rows it carries', () => {
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (address)=(jane@example.com)',
  });
  const [line] = logged('info', log => log.error({ error: new Error('insert failed', { cause }) }, 'failed'));
  const written = line?.error as { message: string; cause: { code: string } };
  assert.equal(written.message, 'insert failed');
  assert.equal(written.cause.code, '23505');
  assert.ok(!JSON.stringify(line).includes('jane'));
});
