// Connects the SMTP listener with the features that take mail from the world: today reports to return paths and to the
// addresses of the mail host.

import type { Repeated } from '@pennyblack/runtime/lifecycle/repeat-until-stopped.ts';
import type { BuildDeps } from './build.ts';
import { openCertificate } from './build-smtp-certificate.ts';
import { routeRecipients } from './edges/smtp-inbound/contract.ts';
import {
  createInboundListener,
  type InboundListener,
  type InboundListenerOptions,
} from './edges/smtp-inbound/inbound-listener.ts';
import type { RecordEvents } from './features/events/record-events.ts';
import { startReportLoop } from './features/reports/jobs/report-loop.ts';
import type { ReportEnd } from './features/reports/report.ts';
import { reportKeys } from './features/reports/report-keys.ts';
import { createReportRecipients, createReportTaker } from './features/reports/smtp/take-report.ts';

export type Inbound = {
  /** Opens the port. */
  listen(): Promise<void>;
  close(): Promise<void>;
  startReading(): void;
  stopReading(): Promise<void>;
  connections(): number;
};

export type InboundDeps = BuildDeps & {
  recordEvents: RecordEvents;
  onAnswer(answer: string): void;
  onReportEnd(end: ReportEnd): void;
};

export function buildInbound(deps: InboundDeps): Inbound {
  const { settings, db, clock, log, keyRing } = deps;
  const { mailHostname } = settings;
  const keys = reportKeys(keyRing);
  let listener: InboundListener | undefined;
  let loop: Repeated | undefined;
  let stopWatching = () => {};

  const reports = { db: db.accept, clock, mailHostname, keys, wake: () => loop?.wake() };
  function open(tls: InboundListenerOptions['tls']): InboundListener {
    return createInboundListener({
      hostName: mailHostname,
      tls,
      limits: {
        connectionsMax: settings.inboundConnectionsMax,
        connectionsPerAddressMax: settings.inboundConnectionsPerAddressMax,
      },
      acceptRecipient: routeRecipients([createReportRecipients(reports)]),
      deliver: createReportTaker(reports),
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
    },
    startReading() {
      loop = startReportLoop({
        db: db.results,
        claims: db.claims,
        clock,
        recordEvents: deps.recordEvents,
        mailHostname,
        keys,
        processNumber: () => deps.lease().processNumber(),
        onEnd: deps.onReportEnd,
        onError: (error, reportId) => log.error({ error, reportId }, 'a report could not be processed'),
      });
    },
    stopReading: async () => loop?.stop(),
    connections: () => listener?.connections() ?? 0,
  };
}
