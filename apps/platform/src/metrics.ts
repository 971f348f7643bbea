// What GET /metrics shows. Names end in their unit, counters in _total, as Prometheus asks.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

import { createRetryCounts } from './features/delivery/count-retries.ts';

type WebhookOutcome = { kind: 'answered'; status: number } | { kind: 'failed'; failure: string };

export type Metrics = {
  text(): Promise<string>;
  countOutcome(kind: string): void;
  countBulk(batch: { released: number; failed: number }): void;
  /** A try that is to be made again, and who asked for it. */
  countRetry(host: string): void;
  countReleased(counts: { sent: number; refused: number }): void;
  countInboundAnswer(answer: string): void;
  countInboundMail(end: string): void;
  countSpamAnswer(outcome: string): void;
  countReport(end: string): void;
  countHits(hits: readonly { kind: string; readerClass: string }[]): void;
  countLostHits(why: string, count: number): void;
  countSubmissionAnswer(code: number): void;
  countSubmissionLogin(end: string): void;
  countWebhookCall(outcome: WebhookOutcome, about: { trigger: string }): void;
  countAnswer(answer: { method: string; route: string; status: number; seconds: number }): void;
};

/** Read at the moment of scraping. */
export type MetricSources = {
  queue(): Promise<{ lane: number; isWaiting: boolean; isHeld: boolean; count: number }[]>;
  delivery(): { held: number; connections: number; destinations: number; resultsWaiting: number };
  bulkEntries(): Promise<number>;
  scheduled(): Promise<number>;
  openReports(): Promise<number>;
  inboundConnections(): number;
  openInbound(): Promise<number>;
  submissionConnections(): number;
  openCalls(): Promise<{ isDue: boolean; count: number }[]>;
  webhookCalls(): { webhooks: number; underWay: number; resultsWaiting: number };
  hitsWaiting(): number;
};

const metrics = {
  pennyblack_delivery_outcomes_total: {
    type: 'counter',
    help: 'Attempts to deliver to a recipient, by outcome.',
    labels: ['outcome'],
  },
  pennyblack_delivery_retries_today: {
    type: 'gauge',
    help: 'Tries of this process since midnight UTC that must be made again, by mail server; the 50 with the most.',
    labels: ['host'],
  },
  pennyblack_http_requests_total: {
    type: 'counter',
    help: 'Answers of the HTTP API, by method, route and status.',
    labels: ['method', 'route', 'status'],
  },
  pennyblack_http_request_seconds: {
    type: 'histogram',
    help: 'Time from a request to its answer.',
    labels: ['method', 'route'],
  },
  pennyblack_delivery_queue_rows: {
    type: 'gauge',
    help: 'Recipients still to be delivered, by lane and state, over all processes.',
    labels: ['lane', 'state'],
  },
  pennyblack_delivery_held_items: { type: 'gauge', help: 'Recipients in the memory of this process.', labels: [] },
  pennyblack_delivery_connections: { type: 'gauge', help: 'SMTP connections of this process.', labels: [] },
  pennyblack_delivery_destinations: {
    type: 'gauge',
    help: 'Sets of mail servers that this process has mail for.',
    labels: [],
  },
  pennyblack_delivery_results_waiting: { type: 'gauge', help: 'Results that are not recorded yet.', labels: [] },
  pennyblack_bulk_entries_total: {
    type: 'counter',
    help: 'Entries of bulk requests that this process has ended: released or failed.',
    labels: ['outcome'],
  },
  pennyblack_bulk_entries_waiting: {
    type: 'gauge',
    help: 'Entries of bulk requests that are still to be released, over all processes.',
    labels: [],
  },
  pennyblack_scheduled_messages: {
    type: 'gauge',
    help: 'Messages that wait for their SendAt, over all processes.',
    labels: [],
  },
  pennyblack_scheduled_ends_total: {
    type: 'counter',
    help: 'Scheduled messages whose time came: sent, or refused because they may not be sent any more.',
    labels: ['end'],
  },
  pennyblack_inbound_answers_total: {
    type: 'counter',
    help: 'Answers to mail from the world: stored, try_later, or the code of a refusal.',
    labels: ['answer'],
  },
  pennyblack_smtp_answers_total: {
    type: 'counter',
    help: 'Answers of SMTP submission to messages (250 is stored) and to commands that were refused, by code.',
    labels: ['code'],
  },
  pennyblack_smtp_logins_total: {
    type: 'counter',
    help: 'Logins of SMTP submission: accepted, refused, or put_off.',
    labels: ['end'],
  },
  pennyblack_smtp_connections: {
    type: 'gauge',
    help: 'Connections that hand over mail by SMTP to this process.',
    labels: [],
  },
  pennyblack_inbound_connections: {
    type: 'gauge',
    help: 'Connections of mail servers of the world to this process.',
    labels: [],
  },
  pennyblack_inbound_mails_total: {
    type: 'counter',
    help: 'Messages for customers, by what became of them when they were read: to_post, blocked, failed.',
    labels: ['end'],
  },
  pennyblack_inbound_spam_answers_total: {
    type: 'counter',
    help: 'Mail that spamd was asked about: scored, or failed, which leaves it without a score.',
    labels: ['outcome'],
  },
  pennyblack_inbound_mails_open: {
    type: 'gauge',
    help: 'Mail for customers that is still to be read, over all processes.',
    labels: [],
  },
  pennyblack_inbound_reports_total: {
    type: 'counter',
    help: 'Mail that came back, by what became of it.',
    labels: ['end'],
  },
  pennyblack_inbound_reports_open: {
    type: 'gauge',
    help: 'Mail that came back and is still to be read, over all processes.',
    labels: [],
  },
  pennyblack_webhook_attempts_total: {
    type: 'counter',
    help: 'Attempts to call a webhook, by trigger and outcome (2xx, 4xx …, or why there was no answer).',
    labels: ['trigger', 'outcome'],
  },
  pennyblack_webhook_open_calls: {
    type: 'gauge',
    help: 'Calls still to be made, due or waiting for their time, over all processes.',
    labels: ['state'],
  },
  pennyblack_webhook_calls_under_way: { type: 'gauge', help: 'Calls that this process is making.', labels: [] },
  pennyblack_webhook_endpoints: { type: 'gauge', help: 'Webhooks whose calls this process makes.', labels: [] },
  pennyblack_tracking_hits_total: {
    type: 'counter',
    help: 'Opens and clicks that were recorded, by kind and by who is believed to be behind them.',
    labels: ['kind', 'reader'],
  },
  pennyblack_tracking_hits_lost_total: {
    type: 'counter',
    help: 'Opens and clicks that were answered and not recorded: dropped (no room in memory), refused, gone (their message is), surplus (too many of one recipient).',
    labels: ['why'],
  },
  pennyblack_tracking_hits_waiting: {
    type: 'gauge',
    help: 'Opens and clicks of this process that were answered and are not recorded yet.',
    labels: [],
  },
  pennyblack_webhook_results_waiting: {
    type: 'gauge',
    help: 'Results of calls that are not recorded yet.',
    labels: [],
  },
} as const;

/** For the reference. */
export function describeMetrics(): { name: string; type: string; help: string; labels: readonly string[] }[] {
  return Object.entries(metrics).map(([name, metric]) => ({ name, ...metric }));
}

/** Statuses by their class, so that a receiver cannot make as many series as it likes. */
function outcomeName(outcome: WebhookOutcome): string {
  return outcome.kind === 'answered' ? `${Math.floor(outcome.status / 100)}xx` : outcome.failure;
}

const lanesByNumber = ['transactional', 'broadcast'];

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const describe = <N extends keyof typeof metrics>(name: N) => ({
    name,
    help: metrics[name].help,
    labelNames: [...metrics[name].labels],
    registers: [registry],
  });

  const retries = createRetryCounts();
  new Gauge({
    ...describe('pennyblack_delivery_retries_today'),
    collect() {
      this.reset();
      for (const { host, count } of retries.top(new Date())) this.set({ host }, count);
    },
  });
  const outcomes = new Counter(describe('pennyblack_delivery_outcomes_total'));
  const requests = new Counter(describe('pennyblack_http_requests_total'));
  const seconds = new Histogram({
    ...describe('pennyblack_http_request_seconds'),
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  new Gauge({
    ...describe('pennyblack_delivery_queue_rows'),
    async collect() {
      this.reset();
      for (const row of await sources.queue()) {
        const state = row.isHeld ? 'held' : row.isWaiting ? 'waiting' : 'in_hand';
        this.set({ lane: lanesByNumber[row.lane] ?? String(row.lane), state }, row.count);
      }
    },
  });
  const gauges = [
    ['pennyblack_delivery_held_items', 'held'],
    ['pennyblack_delivery_connections', 'connections'],
    ['pennyblack_delivery_destinations', 'destinations'],
    ['pennyblack_delivery_results_waiting', 'resultsWaiting'],
  ] as const;
  for (const [name, field] of gauges) {
    new Gauge({
      ...describe(name),
      collect() {
        this.set(sources.delivery()[field]);
      },
    });
  }

  new Gauge({
    ...describe('pennyblack_webhook_open_calls'),
    async collect() {
      this.reset();
      for (const row of await sources.openCalls()) this.set({ state: row.isDue ? 'due' : 'waiting' }, row.count);
    },
  });
  const webhookGauges = [
    ['pennyblack_webhook_calls_under_way', 'underWay'],
    ['pennyblack_webhook_endpoints', 'webhooks'],
    ['pennyblack_webhook_results_waiting', 'resultsWaiting'],
  ] as const;
  for (const [name, field] of webhookGauges) {
    new Gauge({
      ...describe(name),
      collect() {
        this.set(sources.webhookCalls()[field]);
      },
    });
  }
  new Gauge({
    ...describe('pennyblack_inbound_connections'),
    collect() {
      this.set(sources.inboundConnections());
    },
  });
  new Gauge({
    ...describe('pennyblack_inbound_mails_open'),
    async collect() {
      this.set(await sources.openInbound());
    },
  });
  new Gauge({
    ...describe('pennyblack_inbound_reports_open'),
    async collect() {
      this.set(await sources.openReports());
    },
  });
  new Gauge({
    ...describe('pennyblack_smtp_connections'),
    collect() {
      this.set(sources.submissionConnections());
    },
  });
  const submissionAnswers = new Counter(describe('pennyblack_smtp_answers_total'));
  const submissionLogins = new Counter(describe('pennyblack_smtp_logins_total'));
  new Gauge({
    ...describe('pennyblack_bulk_entries_waiting'),
    async collect() {
      this.set(await sources.bulkEntries());
    },
  });
  const bulkEntries = new Counter(describe('pennyblack_bulk_entries_total'));
  new Gauge({
    ...describe('pennyblack_scheduled_messages'),
    async collect() {
      this.set(await sources.scheduled());
    },
  });
  const releases = new Counter(describe('pennyblack_scheduled_ends_total'));
  const inboundAnswers = new Counter(describe('pennyblack_inbound_answers_total'));
  const inboundMails = new Counter(describe('pennyblack_inbound_mails_total'));
  const spamAnswers = new Counter(describe('pennyblack_inbound_spam_answers_total'));
  const reports = new Counter(describe('pennyblack_inbound_reports_total'));
  const attempts = new Counter(describe('pennyblack_webhook_attempts_total'));
  const hits = new Counter(describe('pennyblack_tracking_hits_total'));
  const lostHits = new Counter(describe('pennyblack_tracking_hits_lost_total'));
  new Gauge({
    ...describe('pennyblack_tracking_hits_waiting'),
    collect() {
      this.set(sources.hitsWaiting());
    },
  });

  return {
    text: () => registry.metrics(),
    countHits: recorded => {
      for (const { kind, readerClass } of recorded) hits.inc({ kind, reader: readerClass });
    },
    countLostHits: (why, count) => lostHits.inc({ why }, count),
    countWebhookCall: (outcome, { trigger }) => attempts.inc({ trigger, outcome: outcomeName(outcome) }),
    countRetry: host => retries.add(host, new Date()),
    countReleased: ({ sent, refused }) => {
      releases.inc({ end: 'sent' }, sent);
      releases.inc({ end: 'refused' }, refused);
    },
    countInboundMail: end => inboundMails.inc({ end }),
    countSpamAnswer: outcome => spamAnswers.inc({ outcome }),
    countInboundAnswer: answer => inboundAnswers.inc({ answer }),
    countSubmissionAnswer: code => submissionAnswers.inc({ code: String(code) }),
    countSubmissionLogin: end => submissionLogins.inc({ end }),
    countReport: end => reports.inc({ end }),
    countBulk: ({ released, failed }) => {
      bulkEntries.inc({ outcome: 'released' }, released);
      bulkEntries.inc({ outcome: 'failed' }, failed);
    },
    countOutcome: outcome => outcomes.inc({ outcome }),
    countAnswer: ({ method, route, status, seconds: taken }) => {
      requests.inc({ method, route, status: String(status) });
      seconds.observe({ method, route }, taken);
    },
  };
}
