// The one file that connects features to edges. It makes everything and starts nothing.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { Database } from '@pennyblack/runtime/database/database.ts';
import type { Repeated } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import type { Log } from '@pennyblack/runtime/log/log.ts';
import type { Random } from '@pennyblack/runtime/random.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import { type Bulk, buildBulk } from './build-bulk.ts';
import { createDataRemovalJob } from './build-data-removals.ts';
import { createDirectoryCache } from './build-directory.ts';
import { buildDomainDeps, dnsServersOf } from './build-dns.ts';
import { buildEventRecorder } from './build-events.ts';
import { addInboundRoutes, buildInbound, buildInboundReading, type Inbound } from './build-inbound.ts';
import { buildSampleTaker } from './build-inbound-sample.ts';
import { createOutboundWorld } from './build-outbound.ts';
import { buildServerDeps } from './build-servers.ts';
import { buildSmtp, type Smtp } from './build-smtp.ts';
import { createTemplateCache } from './build-templates.ts';
import {
  buildTracking,
  type Tracking,
  trackingBaseUrl,
  trackingKeyPurpose,
  unsubscribeKeyPurpose,
} from './build-tracking.ts';
import { createWebhookCaller, type WebhookCaller } from './build-webhook-http.ts';
import { buildWebhookCalls, type WebhookCalls } from './build-webhooks.ts';
import type { Settings } from './config.ts';
import { createHttpApi, type HttpApi } from './edges/http-api/http-api.ts';
import { createEndpoints } from './endpoints.ts';
import { forgetSessions } from './features/accounts/sessions.ts';
import { deleteOldBounces, deleteOldDumps } from './features/bounces/delete-old-bounces.ts';
import { addReboundRoutes } from './features/bounces/http/rebound-routes.ts';
import { createReadDumps } from './features/bounces/read-dumps.ts';
import { createDelivery, type DeliveryEngine } from './features/delivery/delivery-engine.ts';
import { countQueued, forgetOldDotMarks, isQueuedCondition } from './features/delivery/find-queued.ts';
import { createWorkFreer } from './features/delivery/free-work.ts';
import { logOutcome } from './features/delivery/log-outcome.ts';
import { createRemoteIntake, deliveryChannel } from './features/delivery/remote-intake.ts';
import type { RouteSetting } from './features/delivery/route-rules.ts';
import type { DomainDeps } from './features/domains/ports.ts';
import { recheckDomains } from './features/domains/recheck-domains.ts';
import type { RecordEvents } from './features/events/record-events.ts';
import {
  countOpenMails,
  deleteOldFingerprints as deleteOldMailFingerprints,
  freeMailsOfDead,
} from './features/inbound/claim-work.ts';
import { createConfirmationComposer } from './features/notices/compose-confirmation.ts';
import { createRemovalDoneComposer } from './features/notices/compose-removal-done.ts';
import { createWebhookFailingComposer } from './features/notices/compose-webhook-failing.ts';
import { deleteOldNotices, sendDueNotices } from './features/notices/send-notices.ts';
import { countLive, type FreeWorkOf, forgetEndedProcesses } from './features/processes/end-dead-processes.ts';
import type { Lease } from './features/processes/hold-lease.ts';
import type { UpkeepJob } from './features/processes/jobs/upkeep.ts';
import { countOpenReports, deleteOldFingerprints, freeReportsOfDead } from './features/reports/claim-reports.ts';
import { complaintLoopOf } from './features/reports/report-keys.ts';
import { dropExpiredPartitions, makePartitions } from './features/retention/keep-partitions.ts';
import { purgeDeletedServers } from './features/retention/purge-servers.ts';
import { purgeArchivedStreams } from './features/retention/purge-streams.ts';
import { confirmationKeyPurpose } from './features/senders/confirmation-link.ts';
import { confirmationPages, confirmationPath } from './features/senders/http/confirmation-pages.ts';
import { createAcceptMessage } from './features/sending/accept-message.ts';
import { countWaiting } from './features/sending/bulk/count-waiting.ts';
import { deleteOldBulk } from './features/sending/bulk/delete-old-bulk.ts';
import { forgetOldKeys } from './features/sending/forget-old-keys.ts';
import { createRunKeyedCall } from './features/sending/http/keyed-call.ts';
import { createKeyedRequests } from './features/sending/keyed-requests.ts';
import { countWaitingMessages, forgetOldResults } from './features/sending/scheduled/read-scheduled.ts';
import { startReleaseLoop } from './features/sending/scheduled/release-loop.ts';
import { createSendForCaller } from './features/sending/send-for-caller.ts';
import { deleteOldHours as deleteOldStatHours, foldDeltas } from './features/stats/fold-deltas.ts';
import { deleteOldTemplates } from './features/templates/delete-old-templates.ts';
import type { CallEngine } from './features/webhook-calls/call-engine.ts';
import { countCalls } from './features/webhook-calls/count-calls.ts';
import { deleteOldCalls, deleteOldHours } from './features/webhook-calls/delete-old-calls.ts';
import { createFindEndpoint } from './features/webhook-calls/find-endpoint.ts';
import { freeEndpointsOfDead } from './features/webhook-calls/free-endpoints.ts';
import { createCallSamples } from './features/webhooks/call-samples.ts';
import { createServerHooksSync } from './features/webhooks/sync-server-hooks.ts';
import { createMetrics, type Metrics } from './metrics.ts';

export type Platform = {
  httpApi: HttpApi;
  /** Hands the installation's own mail to sending. */
  sendNotices(): Promise<'again' | 'done'>;
  delivery: DeliveryEngine | undefined;
  bulk: Bulk;
  /** Sends scheduled messages at their time, from now on. */
  startReleasing(): Repeated;
  webhookCalls: CallEngine | undefined;
  inbound: Inbound | undefined;
  /** Undefined where no links are answered. */
  tracking: Tracking | undefined;
  smtp: Smtp | undefined;
  urlCaller: WebhookCaller;
  upkeepJobs: UpkeepJob[];
  /** Run for processes that have died, in the transaction that says so. */
  freeWork: FreeWorkOf[];
};

export type BuildDeps = {
  settings: Settings;
  db: Database;
  keyRing: KeyRing;
  clock: Clock;
  random: Random;
  log: Log;
  lease: () => Lease;
  isStopping: () => boolean;
  /** Base of links, without a slash at the end; known once the listener has its port. */
  publicUrl: () => string;
};

const oneDayInMilliseconds = 86_400_000;

function toRoutes(settings: Settings): RouteSetting[] {
  return settings.routes.map(({ pattern, target }): RouteSetting => {
    if (target.kind === 'capture') return { pattern, target };
    const { host, port, credentials } = target;
    return { pattern, target: { kind: 'host', host, port, ...credentials } };
  });
}

function createUpkeepJobs(
  { settings, db, log, isStopping }: BuildDeps,
  domains: DomainDeps,
  recordEvents: RecordEvents,
): UpkeepJob[] {
  const retentionStart = (now: Date) => new Date(now.getTime() - settings.retentionDays * oneDayInMilliseconds);
  return [
    {
      name: 'partitions_made',
      everySeconds: 3600,
      run: now => makePartitions(db.results, settings.partitionDays, now),
    },
    {
      name: 'partitions_dropped',
      everySeconds: 3600,
      run: async now => {
        await dropExpiredPartitions(db.results, settings.retentionDays, now);
      },
    },
    { name: 'bounces_deleted', everySeconds: 3600, run: now => deleteOldBounces(db.results, retentionStart(now)) },
    { name: 'bounce_dumps_deleted', everySeconds: 3600, run: now => deleteOldDumps(db.results, now) },
    {
      name: 'report_fingerprints_deleted',
      everySeconds: 3600,
      run: now => deleteOldFingerprints(db.results, now),
    },
    {
      name: 'inbound_fingerprints_deleted',
      everySeconds: 3600,
      run: now => deleteOldMailFingerprints(db.results, now),
    },
    { name: 'processes_forgotten', everySeconds: 3600, run: now => forgetEndedProcesses(db.results, now) },
    { name: 'webhook_calls_expired', everySeconds: 3600, run: now => deleteOldCalls(db.results, retentionStart(now)) },
    { name: 'webhook_hours_deleted', everySeconds: 3600, run: now => deleteOldHours(db.results, now) },
    { name: 'templates_deleted', everySeconds: 3600, run: now => deleteOldTemplates(db.results, retentionStart(now)) },
    { name: 'stats_folded', everySeconds: 30, run: async () => void (await foldDeltas(db.results)) },
    { name: 'stat_hours_deleted', everySeconds: 3600, run: now => deleteOldStatHours(db.results, now) },
    { name: 'sessions_deleted', everySeconds: 3600, run: now => forgetSessions(db.results, now) },
    { name: 'data_removals', everySeconds: 10, run: createDataRemovalJob(db.results, recordEvents) },
    { name: 'dot_marks_deleted', everySeconds: 3600, run: now => forgetOldDotMarks(db.results, now) },
    { name: 'deleted_servers_purged', everySeconds: 60, run: now => purgeDeletedServers(db.results, now) },
    { name: 'archived_streams_purged', everySeconds: 600, run: now => purgeArchivedStreams(db.results, now) },
    { name: 'idempotency_keys_deleted', everySeconds: 600, run: now => forgetOldKeys(db.results, now) },
    {
      name: 'bulk_requests_deleted',
      everySeconds: 600,
      run: now => deleteOldBulk(db.results, retentionStart(now), now),
    },
    {
      name: 'scheduled_results_deleted',
      everySeconds: 3600,
      run: now => forgetOldResults(db.results, retentionStart(now)),
    },
    { name: 'notices_deleted', everySeconds: 3600, run: now => deleteOldNotices(db.results, now) },
    {
      name: 'domains_checked',
      everySeconds: 60,
      run: async now => {
        const onChange = (change: object) => log.warn(change, 'a DNS record of a sending domain has changed');
        await recheckDomains(domains, now, { onChange, isStopping });
      },
    },
  ];
}

async function checkReady(db: Database, isStopping: boolean): Promise<{ ready: boolean; reasons: string[] }> {
  if (isStopping) return { ready: false, reasons: ['The process is stopping.'] };
  try {
    await db.reads.query`select 1`;
    return { ready: true, reasons: [] };
  } catch {
    return { ready: false, reasons: ['The database does not answer.'] };
  }
}

export async function buildPlatform(deps: BuildDeps): Promise<Platform> {
  const { settings, db, keyRing, clock, random, log } = deps;
  const directory = await createDirectoryCache({ db, keyRing, clock, installationDomain: settings.mailHostname });
  const templates = await createTemplateCache({ db, clock });
  const recordEvents = buildEventRecorder(clock, random, endpoints => webhookCalls.hint(endpoints));
  const domains = buildDomainDeps({ db: db.reads, keyRing, settings, clock, recordEvents });

  const readDumps = createReadDumps(settings.mailHostname);

  const metrics = createMetrics({
    queue: () => countQueued(db.reads),
    delivery: () => delivery?.counts() ?? { held: 0, connections: 0, destinations: 0, resultsWaiting: 0 },
    bulkEntries: () => countWaiting(db.reads),
    scheduled: () => countWaitingMessages(db.reads),
    openReports: () => countOpenReports(db.reads),
    openInbound: () => countOpenMails(db.reads),
    inboundConnections: () => inbound?.connections() ?? 0,
    submissionConnections: () => smtp?.connections() ?? 0,
    openCalls: () => countCalls(db.reads, clock.now()),
    webhookCalls: () => webhookCalls.engine?.counts() ?? { webhooks: 0, underWay: 0, resultsWaiting: 0 },
    hitsWaiting: () => tracking?.waiting() ?? 0,
  });
  const urlCaller = createWebhookCaller(settings, clock);
  const inboundReading = buildInboundReading(deps);
  const callContents = { readDumps, withPost: inboundReading.withPost };
  const webhookCalls: WebhookCalls = await buildWebhookCalls({
    ...deps,
    recordEvents,
    ...callContents,
    urlCaller,
    onAttempt: metrics.countWebhookCall,
  });

  const inbound = settings.roles.has('inbound')
    ? await buildInbound({
        ...deps,
        recordEvents,
        reading: inboundReading,
        onAnswer: metrics.countInboundAnswer,
        onMailEnd: metrics.countInboundMail,
        onSpamAnswer: metrics.countSpamAnswer,
        onReportEnd: metrics.countReport,
      })
    : undefined;
  const delivery = settings.roles.has('delivery')
    ? createDeliveryOf(deps, directory, recordEvents, metrics)
    : undefined;
  if (delivery) {
    const wake = () => delivery.intake.wake();
    await db.listener.listen(deliveryChannel, wake, wake);
  }
  const intake =
    delivery?.intake ??
    createRemoteIntake(
      () => db.listener.notify(deliveryChannel, ''),
      error => log.warn({ error }, 'delivering processes could not be told of new mail'),
    );

  const tracking = settings.roles.has('api') ? await buildTracking({ ...deps, recordEvents, metrics }) : undefined;

  const makeMessageId = createUuidV7Source(clock, random);
  const acceptDeps = {
    db,
    recordEvents,
    intake,
    clock,
    makeMessageId,
    findStreams: directory.streamsOf,
    findSenderStanding: directory.senderStanding,
    findDefaultReplyTo: directory.defaultReplyTo,
    settings,
  };
  const acceptMessage = createAcceptMessage(acceptDeps);
  const bulk = buildBulk({ ...deps, accept: acceptDeps, serverOf: directory.serverOf, onBatch: metrics.countBulk });
  const keyedRequests = createKeyedRequests({ db, now: clock.now });
  const smtp = settings.roles.has('smtp')
    ? buildSmtp({
        ...deps,
        directory,
        recordEvents,
        acceptMessage,
        makeMessageId,
        onAnswer: metrics.countSubmissionAnswer,
        onLogin: metrics.countSubmissionLogin,
      })
    : undefined;
  const endpoints = createEndpoints({
    messages: {
      send: createSendForCaller(acceptMessage, directory.serverOf),
      runKeyed: createRunKeyedCall(keyedRequests),
      acceptBulk: bulk.accept,
      cancelBulk: bulk.cancel,
      recordEvents,
      findTemplate: templates.find,
      isQueued: isQueuedCondition,
      findKeys: directory.signingKeys,
      complaintLoop: complaintLoopOf(settings.mailHostname, keyRing),
      streamsOf: directory.streamsOf,
    },
    inbound: {
      readInbound: inboundReading.readInbound,
      recordEvents,
      takeSample: buildSampleTaker({ db, settings, clock, makeMessageId }),
    },
    webhooks: {
      db: db.accept,
      keyRing,
      recordEvents,
      callSamples: createCallSamples({ callUrl: urlCaller.call, makeCallId: createUuidV7Source(clock, random), clock }),
      findEndpoint: createFindEndpoint(keyRing),
      contents: callContents,
      hint: endpoints => webhookCalls.hint(endpoints),
    },
    stats: { streamsOf: directory.streamsOf },
    servers: { servers: buildServerDeps(deps, createServerHooksSync(keyRing)), directoryChanged: directory.clear },
    domains: { domains, directoryChanged: directory.clear },
    accounts: { keyRing, allowsDataRemovals: settings.allowDataRemovals },
    templates: { templatesChanged: templates.forget },
    feedback: { recordEvents, readDumps, streamsOf: directory.streamsOf },
  });

  const confirmationKeys = keyRing.deriveKeys(confirmationKeyPurpose);
  const sendNotices = () =>
    sendDueNotices({
      db: db.reads,
      acceptMessage,
      composers: {
        sender_confirmation: createConfirmationComposer({
          db: db.reads,
          key: confirmationKeys[0],
          linkOf: token => `${deps.publicUrl()}${confirmationPath}/${token}`,
        }),
        data_removal_done: createRemovalDoneComposer(db.reads),
        webhook_failing: createWebhookFailingComposer({
          db: db.reads,
          keyRing,
          allowNonAsciiMailboxes: settings.allowNonAsciiMailboxes,
        }),
      },
      mailHostname: settings.mailHostname,
      now: clock.now,
      onRefused: (notice, refusal) =>
        log.warn({ notice: notice.noticeId, about: notice.about, refusal }, 'a notice was refused'),
    });
  const addPages = confirmationPages({ db: db.reads, keys: confirmationKeys, now: clock.now });

  const httpApi = createHttpApi({
    endpoints: settings.roles.has('api') ? endpoints : [],
    extraRoutes: app => {
      if (!settings.roles.has('api')) return;
      addPages(app);
      tracking?.addRoutes(app);
      addInboundRoutes(app, deps, inboundReading.readInbound);
      addReboundRoutes(app, { reads: db.reads, clock });
    },
    authenticateServer: directory.authenticateServer,
    authenticateAccount: directory.authenticateAccount,
    database: db,
    clock,
    log,
    tls: settings.tls,
    trustedProxies: settings.trustedProxies.map(range => `${range.address}/${range.prefixLength}`),
    rateLimits: settings.rateLimits,
    millisecondsNow: () => performance.now(),
    metricsToken: settings.metricsToken,
    isReady: () => checkReady(db, deps.isStopping()),
    metricsText: metrics.text,
    onAnswer: answer => metrics.countAnswer({ ...answer, seconds: answer.milliseconds / 1000 }),
  });

  return {
    httpApi,
    sendNotices,
    delivery,
    bulk,
    startReleasing: () =>
      startReleaseLoop({
        db: db.results,
        reads: db.reads,
        recordEvents,
        serverOf: directory.serverOf,
        findStreams: directory.streamsOf,
        findSenderStanding: directory.senderStanding,
        requireVerifiedSenders: settings.requireVerifiedSenders,
        wake: intake.wake,
        onReleased: metrics.countReleased,
        now: clock.now,
        onError: error => log.warn({ error }, 'scheduled messages could not be sent yet'),
      }),
    webhookCalls: webhookCalls.engine,
    inbound,
    tracking,
    smtp,
    urlCaller,
    upkeepJobs: createUpkeepJobs(deps, domains, recordEvents),
    freeWork: [createWorkFreer(recordEvents), freeEndpointsOfDead, freeReportsOfDead, freeMailsOfDead],
  };
}

function createDeliveryOf(
  deps: BuildDeps,
  directory: Awaited<ReturnType<typeof createDirectoryCache>>,
  recordEvents: RecordEvents,
  metrics: Pick<Metrics, 'countOutcome' | 'countRetry'>,
): DeliveryEngine {
  const { settings, db, keyRing, clock, random, log } = deps;
  const world = createOutboundWorld({
    clock,
    random,
    mailHostname: settings.mailHostname,
    dnsServers: dnsServersOf(settings),
    sourceAddress: settings.sourceAddress,
    answerSecondsMax: settings.smtpAnswerSecondsMax,
  });
  return createDelivery({
    db,
    clock,
    random,
    log,
    recordEvents,
    ...world,
    findKeys: directory.signingKeys,
    findReturnPathHost: directory.returnPathHost,
    complaintLoop: complaintLoopOf(settings.mailHostname, keyRing),
    trackingLinks: {
      key: keyRing.deriveKeys(trackingKeyPurpose)[0],
      unsubscribeKey: keyRing.deriveKeys(unsubscribeKeyPurpose)[0],
      findBaseUrl: async (accountId, fromDomain) =>
        trackingBaseUrl(deps.publicUrl(), await directory.trackingHost(accountId, fromDomain)),
    },
    holdsUncertain: async (serverId, streamId) =>
      (await directory.streamsOf(serverId)).get(streamId)?.uncertainRecipients === 'hold',
    processNumber: () => deps.lease().processNumber(),
    countDeliveryProcesses: () => countLive(db.reads, 'delivery'),
    onOutcome: (outcome, item) => {
      metrics.countOutcome(outcome.kind);
      if (outcome.kind === 'deferred') metrics.countRetry(outcome.by.host);
      logOutcome(log, outcome, item);
    },
    settings: {
      routes: toRoutes(settings),
      mxPort: settings.mxPort,
      returnPathHost: settings.mailHostname,
      returnPathKey: keyRing.deriveKeys('return paths')[0],
      connectionsPerDestinationMax: settings.deliveryConnectionsMax,
      retryDelaysInSeconds: settings.retryDelaysInSeconds,
    },
  });
}
