// Connects the SMTP listener with the features that take mail from the world: reports to return paths and to the addresses of
// the mail host, and mail for customers' inbound addresses.

import type { Repeated } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import type { FastifyInstance } from 'fastify';
import type { BuildDeps } from './build.ts';
import { createCheckMail } from './build-mail-checks.ts';
import { openCertificate } from './build-smtp-certificate.ts';
import { type Deliver, routeRecipients } from './edges/smtp-inbound/contract.ts';
import {
  createInboundListener,
  type InboundListener,
  type InboundListenerOptions,
} from './edges/smtp-inbound/inbound-listener.ts';
import type { RecordEvents } from './features/events/record-events.ts';
import { attachmentKeyPurpose, createAttachmentLinks } from './features/inbound/attachment-links.ts';
import { createByteBudget } from './features/inbound/byte-budget.ts';
import { createRouteFinder } from './features/inbound/find-route.ts';
import { addAttachmentRoutes } from './features/inbound/http/attachment-routes.ts';
import { type InboundLoop, startInboundLoop } from './features/inbound/jobs/inbound-loop.ts';
import { createMailReader, type MailReader } from './features/inbound/mail-reader.ts';
import { createPostCache, type PostCache } from './features/inbound/post-cache.ts';
import { createReadInbound, type ReadInbound } from './features/inbound/read-inbound.ts';
import { createPostReader, type WithPost } from './features/inbound/read-posts.ts';
import type { MailEnd } from './features/inbound/record-mail.ts';
import { createInboundRecipients, createInboundTaker, type TakeInbound } from './features/inbound/smtp/take-inbound.ts';
import { createMailStore } from './features/inbound/store-mail.ts';
import { createWorkInHand } from './features/inbound/work-in-hand.ts';
import { startReportLoop } from './features/reports/jobs/report-loop.ts';
import type { ReportEnd } from './features/reports/report.ts';
import { reportKeys } from './features/reports/report-keys.ts';
import {
  createReportRecipients,
  createReportTaker,
  isReportAddress,
  prepareReports,
  type TakeReportDeps,
} from './features/reports/smtp/take-report.ts';

export type Inbound = {
  /** Opens the port. */
  listen(): Promise<void>;
  close(): Promise<void>;
  startReading(): void;
  stopReading(): Promise<void>;
  connections(): number;
};

/** What makes posts of mail: for those who take it, who call webhooks, and who show calls. */
export type InboundReading = { reader: MailReader; cache: PostCache; withPost: WithPost; readInbound: ReadInbound };

export type InboundDeps = BuildDeps & {
  recordEvents: RecordEvents;
  reading: InboundReading;
  onAnswer(answer: string): void;
  onReportEnd(end: ReportEnd): void;
  onMailEnd(end: MailEnd): void;
  onSpamAnswer(outcome: string): void;
};

/** Of mail that was just read, for its first post. */
const keptForPostsBytesMax = 32 * 1024 * 1024;
/** Mail that was taken here and goes on without a look into the database. */
const inHandMax = { mailsMax: 500, bytesMax: 64 * 1024 * 1024 };
/** Sources that were read out of the database and are being parsed. */
const readBytesMax = 64 * 1024 * 1024;

export function buildInboundReading(
  deps: Pick<BuildDeps, 'settings' | 'db' | 'keyRing' | 'publicUrl'>,
): InboundReading {
  const { settings, db, keyRing, publicUrl } = deps;
  const reader = createMailReader();
  const linksOf = createAttachmentLinks({
    key: keyRing.deriveKeys(attachmentKeyPurpose)[0],
    contentBytesMax: settings.inboundAttachmentUrlBytes,
    retentionDays: settings.retentionDays,
    publicUrl,
  });
  const cache = createPostCache(settings.roles.has('webhooks') ? keptForPostsBytesMax : 0);
  return {
    reader,
    cache,
    withPost: createPostReader({ db: db.reads, reader, cache, linksOf }),
    readInbound: createReadInbound(reader),
  };
}

/** The pages behind links to attachments. */
export function addInboundRoutes(
  app: FastifyInstance,
  { db, keyRing, clock }: Pick<BuildDeps, 'db' | 'keyRing' | 'clock'>,
  readInbound: ReadInbound,
): void {
  addAttachmentRoutes(app, {
    keys: keyRing.deriveKeys(attachmentKeyPurpose),
    readAttachment: (message, position) => readInbound.attachment(db.reads, message, position),
    clock,
  });
}

/** Recipients of one mail may be of both kinds: what is stored of it is stored in one transaction. */
export function createDeliver(reports: TakeReportDeps, takeInbound: TakeInbound): Deliver {
  const takeReport = createReportTaker(reports);
  return async mail => {
    const { recipients } = mail.envelope;
    const ofReports = recipients.filter(address => isReportAddress(address, reports));
    if (ofReports.length === recipients.length) return takeReport(mail);
    if (ofReports.length === 0) return takeInbound(mail);
    const forCustomers = recipients.filter(address => !ofReports.includes(address));
    const toCustomers = { ...mail, envelope: { ...mail.envelope, recipients: forCustomers } };
    const prepared = prepareReports({ ...mail, envelope: { ...mail.envelope, recipients: ofReports } }, reports);
    // What is no report is nothing to those addresses, and a letter to the customers all the same.
    if (prepared.kind === 'refused') return takeInbound(toCustomers);
    const answer = await takeInbound(toCustomers, prepared.store);
    if (answer.kind === 'stored') reports.wake();
    return answer;
  };
}

export async function buildInbound(deps: InboundDeps): Promise<Inbound> {
  const { settings, db, clock, random, log, keyRing, reading } = deps;
  const { mailHostname } = settings;
  const keys = reportKeys(keyRing);
  const processNumber = () => deps.lease().processNumber();
  let listener: InboundListener | undefined;
  let reportLoop: Repeated | undefined;
  let mailLoop: InboundLoop | undefined;
  let stopWatching = () => {};

  const reports = { db: db.accept, clock, mailHostname, keys, wake: () => reportLoop?.wake() };
  const work = createWorkInHand(inHandMax, () => mailLoop?.pump());
  const findRoute = await createRouteFinder({ db, clock, hashDomain: settings.inboundDomain });
  const store = createMailStore({ db: db.accept, now: clock.now, work, processNumber });
  const takeInbound = createInboundTaker({
    findRoute,
    store,
    clock,
    makeMessageId: createUuidV7Source(clock, random),
  });

  function open(tls: InboundListenerOptions['tls']): InboundListener {
    return createInboundListener({
      hostName: mailHostname,
      tls,
      limits: {
        connectionsMax: settings.inboundConnectionsMax,
        connectionsPerAddressMax: settings.inboundConnectionsPerAddressMax,
      },
      acceptRecipient: routeRecipients([createReportRecipients(reports), createInboundRecipients({ findRoute })]),
      deliver: createDeliver(reports, takeInbound),
      onAnswer: deps.onAnswer,
      onError: error => log.error({ error }, 'a mail from the world could not be stored'),
    });
  }

  return {
    async listen() {
      const certificate = await openCertificate(deps, tls => listener?.useCertificate(tls));
      stopWatching = certificate.stopWatching;
      listener = open(certificate.tls);
      const { port } = await listener.listen({ host: settings.host, port: settings.inboundPort });
      log.info({ port }, 'mail from the world is taken');
    },
    async close() {
      stopWatching();
      await listener?.close();
      await store.drained();
    },
    startReading() {
      reportLoop = startReportLoop({
        db: db.results,
        claims: db.claims,
        clock,
        recordEvents: deps.recordEvents,
        mailHostname,
        keys,
        processNumber,
        onEnd: deps.onReportEnd,
        onError: (error, reportId) => log.error({ error, reportId }, 'a report could not be processed'),
      });
      mailLoop = startInboundLoop({
        db,
        work,
        clock,
        recordEvents: deps.recordEvents,
        reader: reading.reader,
        cache: reading.cache,
        budget: createByteBudget(readBytesMax),
        checkMail: createCheckMail(deps),
        mailHostname,
        processNumber,
        onEnd: deps.onMailEnd,
        onError: (error, sourceId) => log.error({ error, sourceId }, 'inbound mail could not be processed'),
      });
    },
    async stopReading() {
      await Promise.all([reportLoop?.stop(), mailLoop?.stop()]);
      await reading.reader.close();
    },
    connections: () => listener?.connections() ?? 0,
  };
}
