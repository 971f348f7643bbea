import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import pg from 'pg';
import { emptyDatabase } from '../testing/empty-database.ts';
import { connectListener } from './listener.ts';

const connectionString = await emptyDatabase();
const settings = { connectionString, applicationName: 'listener-test', statementSecondsMax: 60, connectSecondsMax: 10 };
const errors: Error[] = [];
const listener = await connectListener(settings, error => errors.push(error));
const other = new pg.Client({ connectionString });
await other.connect();
after(async () => {
  await listener.close();
  await other.end();
});

test('a notification reaches everyone who listens to its channel, and nobody else', async () => {
  const heard: string[] = [];
  const last = Promise.withResolvers<void>();
  await listener.listen(
    'news',
    payload => heard.push(`a ${payload}`),
    () => {},
  );
  await listener.listen(
    'news',
    payload => heard.push(`b ${payload}`),
    () => {},
  );
  await listener.listen(
    'Odd "name"',
    payload => (payload === 'last' ? last.resolve() : heard.push(payload)),
    () => {},
  );
  await listener.notify('news', 'one');
  await listener.notify('elsewhere', 'two');
  await listener.notify('Odd "name"', 'last');
  await last.promise;
  assert.deepEqual(heard, ['a one', 'b one']);
});

test('a lost connection comes back, says that there was a gap, and hears again', async () => {
  const reconnected = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<string>();
  await listener.listen('after the gap', heard.resolve, reconnected.resolve);
  await other.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
    settings.applicationName,
  ]);
  await reconnected.promise;
  assert.equal(errors.length, 1);
  await other.query("select pg_notify('after the gap', 'hello')");
  assert.equal(await heard.promise, 'hello');
});
