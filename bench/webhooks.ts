// How many calls of webhooks it makes per second, beside a bare loop over undici that calls the same trivial receiver and
// records nothing; and what a webhook adds to the cost of a delivered message. Mail is captured by a route, so that no
// mail server takes part.

import { describeGoal, goals } from './goals.ts';
import { type CallReceiver, startCallReceiver } from './harness/call-receiver.ts';
import { callApi, type Platform, runScript, serverToken, startPlatform, withDatabase } from './harness/platform.ts';
import { median, milliseconds, perSecond, printTable, times } from './harness/print-table.ts';
import { profilePlatform } from './harness/profile-platform.ts';
import { type Session, until } from './harness/session.ts';
import type { BareCalls, BareCallsResult } from './load/bare-calls.ts';
import type { Load, LoadResult } from './load/generate-load.ts';
import type { BenchOptions } from './options.ts';

const connections = 20;
const secondsMax = 120;
const settings = { PENNYBLACK_ROUTES: '*=capture', PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' };
const names = { bare: 'undici, bare', webhook: 'Pennyblack, one webhook' };

/** Processor time in milliseconds for each call. */
type Run = { rate: number; server: number; database: number; receiver: number };

export async function benchWebhooks(session: Session, options: BenchOptions): Promise<void> {
  const { messages, rounds } = options;
  const receiver = await startCallReceiver(session);
  if (options.isProfile) {
    await profilePlatform(session, { title: 'webhooks', settings }, async platform => {
      const webhookId = await addWebhook(platform, receiver);
      await runWebhook(session, platform, receiver, webhookId, messages);
      return messages;
    });
    return;
  }
  const platform = await startPlatform(session, { name: 'webhooks', settings });
  const webhookId = await addWebhook(platform, receiver);
  const contestants = new Map<string, () => Promise<Run>>([
    [names.bare, () => runBare(session, receiver, messages)],
    [names.webhook, () => runWebhook(session, platform, receiver, webhookId, messages)],
  ]);
  for (const run of contestants.values()) await run();
  const runs = new Map<string, Run[]>([...contestants.keys()].map(name => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, run] of contestants) runs.get(name)?.push(await run());
    const rates = [...runs].map(([name, all]) => `${name} ${perSecond(all.at(-1)?.rate ?? 0)}`);
    console.log(`round ${round} of ${rounds}: ${rates.join('; ')}`);
  }
  const added = await measureAddedCost(session, platform, receiver, webhookId, options);
  printRuns(runs, added, messages);
}

async function addWebhook(platform: Platform, receiver: CallReceiver): Promise<number> {
  const { ID } = await callApi<{ ID: number }>(platform, 'POST', '/webhooks', {
    Url: `http://127.0.0.1:${receiver.port}/hook`,
    Triggers: { Delivery: { Enabled: true } },
    ConnectionsMax: connections,
  });
  return ID;
}

async function deliver(session: Session, platform: Platform, messages: number): Promise<void> {
  const load: Load = { port: platform.port, token: serverToken, connections: 4, messagesPerCall: 100, messages };
  await runScript<LoadResult>(session, 'load/generate-load.ts', load);
  await withDatabase(platform.connectionString, client =>
    until('everything is delivered', secondsMax, async () => {
      const { rows } = await client.query('select 1 from delivery_queue limit 1');
      return rows.length === 0;
    }),
  );
}

async function untilNoCallIsOpen(platform: Platform): Promise<void> {
  await withDatabase(platform.connectionString, client =>
    until('every call is made and recorded', secondsMax, async () => {
      const { rows } = await client.query('select 1 from webhook_calls limit 1');
      return rows.length === 0;
    }),
  );
}

/** The calls wait behind a pause, so that neither the load generator nor delivery works while they are made. */
async function runWebhook(
  session: Session,
  platform: Platform,
  receiver: CallReceiver,
  webhookId: number,
  messages: number,
): Promise<Run> {
  await callApi(platform, 'PUT', `/webhooks/${webhookId}/pause`);
  await deliver(session, platform, messages);
  const [before, receiverBefore, startedAt] = [platform.processorTime(), receiver.processorTime(), performance.now()];
  await callApi(platform, 'PUT', `/webhooks/${webhookId}/resume`);
  await untilNoCallIsOpen(platform);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = platform.processorTime();
  return {
    rate: messages / seconds,
    server: (after.platform - before.platform) / messages,
    database: (after.database - before.database) / messages,
    receiver: (receiver.processorTime() - receiverBefore) / messages,
  };
}

async function runBare(session: Session, receiver: CallReceiver, calls: number): Promise<Run> {
  const receiverBefore = receiver.processorTime();
  const bare: BareCalls = { port: receiver.port, calls, connections };
  const { seconds, processorMilliseconds } = await runScript<BareCallsResult>(session, 'load/bare-calls.ts', bare);
  return {
    rate: calls / seconds,
    server: processorMilliseconds / calls,
    database: 0,
    receiver: (receiver.processorTime() - receiverBefore) / calls,
  };
}

type Cost = { server: number; database: number };

/** Processor time for each message with the webhook and without it, from the API call to the last record. */
async function measureAddedCost(
  session: Session,
  platform: Platform,
  receiver: CallReceiver,
  webhookId: number,
  { messages, rounds }: BenchOptions,
): Promise<{ without: Cost; with: Cost }> {
  const costs: { without: Cost[]; with: Cost[] } = { without: [], with: [] };
  async function measure(): Promise<Cost> {
    const before = platform.processorTime();
    await deliver(session, platform, messages);
    await untilNoCallIsOpen(platform);
    const after = platform.processorTime();
    return {
      server: (after.platform - before.platform) / messages,
      database: (after.database - before.database) / messages,
    };
  }
  await callApi(platform, 'DELETE', `/webhooks/${webhookId}`);
  for (let round = 1; round <= rounds; round += 1) {
    costs.without.push(await measure());
    const added = await addWebhook(platform, receiver);
    costs.with.push(await measure());
    await callApi(platform, 'DELETE', `/webhooks/${added}`);
  }
  const of = (all: readonly Cost[]): Cost => ({
    server: median(all.map(cost => cost.server)),
    database: median(all.map(cost => cost.database)),
  });
  return { without: of(costs.without), with: of(costs.with) };
}

function printRuns(
  runs: ReadonlyMap<string, readonly Run[]>,
  added: { without: Cost; with: Cost },
  messages: number,
): void {
  const ratioOf = (name: string) => {
    const references = runs.get(names.bare) ?? [];
    return median((runs.get(name) ?? []).map((run, round) => run.rate / (references[round]?.rate ?? Number.NaN)));
  };
  const rows = [...runs].map(([name, all]) => {
    const of = (part: keyof Run) => median(all.map(run => run[part]));
    return [
      name,
      perSecond(of('rate')),
      times(ratioOf(name)),
      ...[of('server'), of('database'), of('receiver')].map(milliseconds),
    ];
  });
  printTable(
    `${messages} calls to a trivial receiver, ${connections} at a time (processor time in ms for each call)`,
    ['', 'calls/s', 'to bare', 'server', 'database', 'receiver'],
    rows,
  );
  const cost = (name: string, { server, database }: Cost) => [
    name,
    ...[server, database, server + database].map(milliseconds),
  ];
  const difference: Cost = {
    server: added.with.server - added.without.server,
    database: added.with.database - added.without.database,
  };
  printTable(
    'Processor time in ms for each delivered message, from the API call to the last record',
    ['', 'server', 'database', 'both'],
    [cost('no webhook', added.without), cost('one webhook', added.with), cost('added by it', difference)],
  );
  printTable(
    'Goals',
    ['', 'reached', 'first step', 'goal', ''],
    [describeGoal(goals.webhooks, ratioOf(names.webhook))],
  );
}
