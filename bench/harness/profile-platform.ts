// Runs a platform under load and prints where the time goes: its functions by their own time, its parts, the event loop,
// and the database's statements.

import { attachInspector } from './inspector.ts';
import { countStatements, type Platform, startPlatform, withDatabase } from './platform.ts';
import { printTable } from './print-table.ts';
import { type Share, topFunctions, topParts } from './profile-summary.ts';
import type { Session } from './session.ts';

const rowsMax = 25;

type Statement = { statement: string; calls: number; rows: number; milliseconds: number };

/** `load` runs twice, the first time to warm up, and answers how many messages it took. */
export async function profilePlatform(
  session: Session,
  options: { title: string; settings: Readonly<Record<string, string>> },
  load: (platform: Platform) => Promise<number>,
): Promise<void> {
  const name = 'platform';
  const { title, settings } = options;
  // The first start makes the database cluster, whose file of settings is then there.
  await (await startPlatform(session, { name, settings })).stop();
  await countStatements(session, name);
  const platform = await startPlatform(session, { name, settings, isInspected: true });
  await withDatabase(platform.connectionString, client =>
    client.query('create extension pg_stat_statements schema public'),
  );
  await load(platform);

  if (platform.inspectorUrl === undefined) throw new Error('The inspector does not listen.');
  const inspector = await attachInspector(platform.inspectorUrl);
  await withDatabase(platform.connectionString, client => client.query('select public.pg_stat_statements_reset()'));
  const before = platform.processorTime();
  await inspector.startProfile();
  const beganAt = performance.now();
  const messages = await load(platform);
  const seconds = (performance.now() - beganAt) / 1000;
  const utilisation = await inspector.loopUtilisation();
  const profile = await inspector.stopProfile();
  const after = platform.processorTime();
  inspector.close();
  const statements = await readStatements(platform.connectionString);

  const share = (all: readonly Share[]) =>
    all
      .slice(0, rowsMax)
      .map(({ name, milliseconds }) => [
        name,
        (milliseconds / seconds / 10).toFixed(1),
        ((milliseconds * 1000) / messages).toFixed(1),
      ]);
  const perMessage = (part: 'platform' | 'database') => ((after[part] - before[part]) / messages).toFixed(3);
  console.log(
    `\n${title}: ${messages} messages in ${seconds.toFixed(1)} s under the profiler; processor time for each message: ` +
      `platform ${perMessage('platform')} ms, database ${perMessage('database')} ms; event loop busy ${(utilisation * 100).toFixed(0)} %`,
  );
  const head = ['', '% of the time', 'µs/message'];
  printTable('Parts of the platform, main thread, own time', head, share(topParts(profile)));
  printTable('Functions, main thread, own time', head, share(topFunctions(profile)));
  printTable(
    'Statements, by time inside the database',
    ['', 'calls', 'rows', 'ms in all', 'µs/message'],
    statements.map(({ statement, calls, rows, milliseconds }) => [
      statement,
      String(calls),
      String(rows),
      milliseconds.toFixed(0),
      ((milliseconds * 1000) / messages).toFixed(1),
    ]),
  );
}

async function readStatements(connectionString: string): Promise<Statement[]> {
  return withDatabase(connectionString, async client => {
    const { rows } = await client.query<Statement>(`
      select left(regexp_replace(query, '\\s+', ' ', 'g'), 90) as statement, calls, rows, total_exec_time as milliseconds
      from public.pg_stat_statements
      order by total_exec_time desc
      limit 15`);
    return rows;
  });
}
