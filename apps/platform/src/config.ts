// Every setting, with its default and one sentence. Settings are read at the start only; what is wrong stops it.

import { hostname } from 'node:os';
import {
  addressRange,
  asHostName,
  domain,
  filePath,
  hostName,
  integer,
  ipAddress,
  ipAndPort,
  listenAddress,
  listeningPort,
  listOf,
  oneOf,
  port,
  text,
  webAddress,
  yesOrNo,
} from '@pennyblack/runtime/config/kinds.ts';
import { type Environment, readSettings, SettingsRefused } from '@pennyblack/runtime/config/read-settings.ts';
import { optionalSetting, setting, type ValuesOf } from '@pennyblack/runtime/config/setting.ts';
import type { Rate } from '@pennyblack/runtime/http/rate-limiter.ts';
import { problemsBetween, problemsOfFiles } from './config-checks.ts';
import { databaseAddress, rateOrNone, route, secretKeys, spamdAddress, token } from './config-kinds.ts';

export type { ConfiguredRoute } from './config-kinds.ts';

export const roles = ['api', 'smtp', 'inbound', 'delivery', 'webhooks', 'upkeep'] as const;
export type Role = (typeof roles)[number];

export const platformSettings = {
  databaseUrl: optionalSetting('DATABASE_URL', databaseAddress, {
    defaultText: 'embedded',
    sentence: 'PostgreSQL 16 or later to use instead of the embedded database.',
    isSecret: true,
  }),
  dataFolder: setting('PENNYBLACK_DATA_DIR', filePath, {
    defaultValue: filePathValue('./data'),
    defaultText: './data',
    sentence: 'Folder of the embedded database and of the keys that the first start makes.',
  }),
  roles: setting('PENNYBLACK_ROLES', listOf(oneOf(['all', ...roles])), {
    defaultValue: ['all'],
    sentence: 'What this process does: all, or a list of api, smtp, inbound, delivery, webhooks, upkeep.',
  }),
  host: setting('PENNYBLACK_HOST', listenAddress, {
    defaultValue: '127.0.0.1',
    sentence: 'Address that all listeners bind.',
  }),
  httpPort: setting('PENNYBLACK_HTTP_PORT', listeningPort, {
    defaultValue: 3000,
    sentence: 'Port of the API, the tracking pages and the web app.',
  }),
  smtpPorts: setting('PENNYBLACK_SMTP_PORT', listOf(listeningPort), {
    defaultValue: [2525],
    sentence: 'Ports of SMTP submission with STARTTLS, such as 25, 587, 2525.',
  }),
  smtpsPorts: setting('PENNYBLACK_SMTPS_PORT', listOf(listeningPort), {
    defaultValue: [],
    defaultText: 'none',
    sentence: 'Ports of SMTP submission that are encrypted from the first byte, such as 465.',
  }),
  smtpConnectionsMax: setting('PENNYBLACK_SMTP_CONNECTIONS', integer(1, 100_000, 'connections'), {
    defaultValue: 1000,
    sentence: 'Most connections at a time that hand over mail by SMTP to one process.',
  }),
  smtpConnectionsPerAddressMax: setting('PENNYBLACK_SMTP_CONNECTIONS_PER_ADDRESS', integer(1, 100_000, 'connections'), {
    defaultValue: 100,
    sentence: 'Most SMTP submission connections at a time from one address (of IPv6, from one /64) to one process.',
  }),
  smtpConnectionsPerCredentialMax: setting(
    'PENNYBLACK_SMTP_CONNECTIONS_PER_CREDENTIAL',
    integer(1, 100_000, 'connections'),
    {
      defaultValue: 200,
      sentence: 'Most SMTP submission connections at a time that have logged in with one token to one process.',
    },
  ),
  smtpMessageBytesMax: setting('PENNYBLACK_SMTP_MESSAGE_BYTES', integer(65_536, 104_857_600, 'bytes'), {
    defaultValue: 10_485_760,
    defaultText: '10485760 (10 MB)',
    sentence: 'Largest message that SMTP submission takes, as it is sent, attachments encoded.',
  }),
  inboundPort: setting('PENNYBLACK_INBOUND_PORT', listeningPort, {
    defaultValue: 2526,
    sentence: 'Port that takes mail from the world.',
  }),
  inboundConnectionsMax: setting('PENNYBLACK_INBOUND_CONNECTIONS', integer(1, 100_000, 'connections'), {
    defaultValue: 1000,
    sentence: 'Most connections at a time from mail servers of the world to one process.',
  }),
  inboundConnectionsPerAddressMax: setting(
    'PENNYBLACK_INBOUND_CONNECTIONS_PER_ADDRESS',
    integer(1, 100_000, 'connections'),
    {
      defaultValue: 50,
      sentence: 'Most connections at a time from one address of a mail server (of IPv6, from one /64) to one process.',
    },
  ),
  publicUrl: optionalSetting('PENNYBLACK_PUBLIC_URL', webAddress, {
    defaultText: 'http://127.0.0.1:<http port>',
    sentence: 'Base of the links in mail and in JSON, as the world reaches it.',
  }),
  mailHostname: setting('PENNYBLACK_MAIL_HOSTNAME', hostName, {
    defaultValue: asHostName(hostname()) ?? 'localhost',
    defaultText: "the machine's name",
    sentence: 'Name said in EHLO, and host of Message-IDs and return paths; its DNS must lead to this machine.',
  }),
  inboundDomain: optionalSetting('PENNYBLACK_INBOUND_DOMAIN', domain, {
    defaultText: 'inbound.<mail host name>',
    sentence: 'Domain of the inbound hash addresses.',
  }),
  accountToken: optionalSetting('PENNYBLACK_ACCOUNT_TOKEN', token, {
    defaultText: 'made and printed',
    sentence: 'Token of the account; taken on the first start only.',
    isSecret: true,
  }),
  serverToken: optionalSetting('PENNYBLACK_SERVER_TOKEN', token, {
    defaultText: 'made and printed',
    sentence: 'Token of the first live server; taken on the first start only.',
    isSecret: true,
  }),
  secretKeys: optionalSetting('PENNYBLACK_SECRET_KEY', secretKeys, {
    defaultText: 'made in the data folder with the embedded database; required with DATABASE_URL',
    sentence: 'Key ring for tokens, private keys and passwords in the database; the newest key encrypts.',
    isSecret: true,
  }),
  tlsCert: optionalSetting('PENNYBLACK_TLS_CERT', filePath, {
    defaultText: 'none: HTTP plain, STARTTLS self-signed',
    sentence: 'PEM file of the certificate chain for HTTPS, STARTTLS and port 465; reloaded when it changes.',
  }),
  tlsKey: optionalSetting('PENNYBLACK_TLS_KEY', filePath, {
    defaultText: 'none',
    sentence: 'PEM file of the private key that belongs to PENNYBLACK_TLS_CERT.',
  }),
  trustedProxies: setting('PENNYBLACK_TRUSTED_PROXIES', listOf(addressRange), {
    defaultValue: [],
    defaultText: 'none',
    sentence: 'Address ranges of proxies whose word on the client address is believed.',
  }),
  serverRate: setting('PENNYBLACK_RATE_LIMIT', rateOrNone, {
    defaultValue: 'none',
    defaultText: '0 (no limit)',
    sentence:
      'Calls that one server token may make to one process before it is told to wait (429): 50, 50/second, 3000/minute or 100000/hour.',
  }),
  accountRate: optionalSetting('PENNYBLACK_ACCOUNT_RATE_LIMIT', rateOrNone, {
    defaultText: 'as PENNYBLACK_RATE_LIMIT',
    sentence: 'The same for one account token; 0 is no limit.',
  }),
  metricsToken: optionalSetting('PENNYBLACK_METRICS_TOKEN', text('16 or more printable characters', /^[!-~]{16,}$/), {
    defaultText: 'none: open',
    sentence: 'Bearer token that GET /metrics asks for.',
    isSecret: true,
  }),
  smtpCleartextAuth: setting('PENNYBLACK_SMTP_CLEARTEXT_AUTH', yesOrNo, {
    defaultValue: true,
    sentence: 'Whether SMTP submission takes a password before STARTTLS.',
  }),
  smtpCramMd5: setting('PENNYBLACK_SMTP_CHALLENGE_AUTH', yesOrNo, {
    defaultValue: false,
    sentence:
      'Whether SMTP submission offers AUTH CRAM-MD5 besides PLAIN and LOGIN; for clients that know nothing else.',
  }),
  smtpRefusals: setting('PENNYBLACK_SMTP_REFUSALS', oneOf(['later', 'in-session']), {
    defaultValue: 'later',
    sentence:
      'How a client hears of mail that SMTP submission takes and the rules of sending refuse: later, as a bounce of the type SMTPApiError, ' +
      'or in-session, as a 550.',
  }),
  requireVerifiedSenders: setting('PENNYBLACK_REQUIRE_VERIFIED_SENDERS', yesOrNo, {
    defaultValue: true,
    sentence: 'Whether From must be a confirmed signature or a verified domain; sandbox servers are exempt.',
  }),
  verifiedDomains: setting('PENNYBLACK_VERIFIED_DOMAINS', listOf(domain), {
    defaultValue: [],
    defaultText: 'none',
    sentence: 'From domains that the operator vouches for, so that they need no verification.',
  }),
  allowDataRemovals: setting('PENNYBLACK_DATA_REMOVALS', yesOrNo, {
    defaultValue: true,
    sentence: "Whether an account token may have a recipient's data erased (POST /data-removals).",
  }),
  allowNonAsciiMailboxes: setting('PENNYBLACK_ALLOW_NON_ASCII_MAILBOXES', yesOrNo, {
    defaultValue: false,
    sentence: 'Whether addresses may have other than ASCII characters before the @ (sent by SMTPUTF8).',
  }),
  routes: setting('PENNYBLACK_ROUTES', listOf(route), {
    defaultValue: [],
    defaultText: 'empty: by MX',
    sentence:
      'Where mail goes instead of to its MX: pattern=host:port, pattern=user:password@host:port or pattern=capture; the first match wins.',
    isSecret: true,
  }),
  mxPort: setting('PENNYBLACK_MX_PORT', port, {
    defaultValue: 25,
    sentence: "Port of the world's mail servers.",
  }),
  dnsServers: setting('PENNYBLACK_DNS_SERVERS', listOf(ipAndPort(53)), {
    defaultValue: [],
    defaultText: "the system's",
    sentence: 'Name servers to ask, as ip or ip:port.',
  }),
  sourceAddress: optionalSetting('PENNYBLACK_SOURCE_ADDRESS', ipAddress, {
    defaultText: "the system's choice",
    sentence: 'Address of this machine from which mail is delivered.',
  }),
  deliveryConnectionsMax: setting('PENNYBLACK_DELIVERY_CONNECTIONS', integer(1, 1000, 'connections'), {
    defaultValue: 10,
    sentence: 'Most connections at a time to one destination, over all processes.',
  }),
  retryDelaysInSeconds: setting('PENNYBLACK_RETRY_SECONDS', listOf(integer(1, 86_400, 'seconds')), {
    defaultValue: [60, 300, 600, 900, 1800, 3600, 7200, 14_400],
    defaultText: '60, 300, 600, 900, 1800, 3600, 7200, 14400',
    sentence: 'Waits between attempts to deliver; the last one repeats until a recipient is 48 hours old.',
  }),
  smtpAnswerSecondsMax: setting('PENNYBLACK_SMTP_ANSWER_SECONDS', integer(1, 600, 'seconds'), {
    defaultValue: 600,
    defaultText: "600 (the RFC's own waits, 10 minutes at most)",
    sentence:
      'Longest wait for an answer of a mail server that we deliver to; shorter than RFC 5321 4.5.3.2 risks duplicates.',
  }),
  webhookSchedule: setting('PENNYBLACK_WEBHOOK_SCHEDULE', oneOf(['classic', 'postmark-2026', 'long']), {
    defaultValue: 'classic',
    sentence: 'How often a failing webhook is tried again, unless the webhook says otherwise.',
  }),
  webhookConnectionsMax: setting('PENNYBLACK_WEBHOOK_CONNECTIONS', integer(1, 1000, 'calls'), {
    defaultValue: 20,
    sentence: 'Most calls at a time to one webhook, unless the webhook says otherwise.',
  }),
  webhookSourceAddress: optionalSetting('PENNYBLACK_WEBHOOK_SOURCE_ADDRESS', ipAddress, {
    defaultText: "the system's choice",
    sentence: 'Address of this machine from which webhooks are called.',
  }),
  allowPrivateTargets: setting('PENNYBLACK_ALLOW_PRIVATE_TARGETS', yesOrNo, {
    defaultValue: false,
    sentence: 'Whether webhooks may call private and loopback addresses.',
  }),
  spamd: optionalSetting('PENNYBLACK_SPAMD', spamdAddress, {
    defaultText: 'none: nothing is scored',
    sentence: 'SpamAssassin spamd that scores inbound mail: host:port, or the path of its Unix socket.',
  }),
  inboundAttachmentUrlBytes: optionalSetting(
    'PENNYBLACK_INBOUND_ATTACHMENT_URL_BYTES',
    integer(0, 100_000_000, 'bytes'),
    {
      defaultText: 'none: always as base64',
      sentence: 'Attachments of inbound mail above this size are posted as a signed ContentUrl, without their content.',
    },
  ),
  geoDatabase: optionalSetting('PENNYBLACK_GEO_DATABASE', filePath, {
    defaultText: 'none',
    sentence: 'MaxMind database file that gives opens and clicks a place.',
  }),
  readSecondsMax: setting('PENNYBLACK_READ_SECONDS', integer(0, 60, 'seconds'), {
    defaultValue: 0,
    defaultText: '0 (not measured)',
    sentence: 'How long the pixel of an open is held open to measure how long a mail is read.',
  }),
  retentionDays: setting('PENNYBLACK_RETENTION_DAYS', integer(1, 3650, 'days'), {
    defaultValue: 45,
    sentence: 'How long messages and their events are kept.',
  }),
  partitionDays: setting('PENNYBLACK_PARTITION_DAYS', integer(1, 90, 'days'), {
    defaultValue: 7,
    sentence: 'Days of messages in one partition; whole partitions are dropped.',
  }),
  logLevel: setting('PENNYBLACK_LOG_LEVEL', oneOf(['trace', 'debug', 'info', 'warn', 'error']), {
    defaultValue: 'info',
    sentence: 'Least level of the lines in the log.',
  }),
  logAddresses: setting('PENNYBLACK_LOG_ADDRESSES', yesOrNo, {
    defaultValue: false,
    sentence: 'Whether the log may hold email addresses, for debugging.',
  }),
};

/** Named beside the settings in the reference; it cannot stand in the file it names. */
export const settingsFileVariable = 'PENNYBLACK_SETTINGS_FILE';
export const defaultSettingsFile = 'pennyblack.env';

type Values = ValuesOf<typeof platformSettings>;

export type Settings = Omit<Values, 'roles' | 'inboundDomain' | 'tlsCert' | 'tlsKey' | 'serverRate' | 'accountRate'> & {
  roles: ReadonlySet<Role>;
  inboundDomain: string;
  /** Both files or neither. */
  tls: { certFile: string; keyFile: string } | undefined;
  /** Of one token; undefined = no limit. */
  rateLimits: { server: Rate | undefined; account: Rate | undefined };
};

/** @throws SettingsRefused with a sentence for everything that is wrong. */
export function loadSettings(environment: Environment): Settings {
  const { values, problems } = readSettings({
    definitions: platformSettings,
    environment,
    prefix: 'PENNYBLACK_',
    fileVariable: settingsFileVariable,
    defaultFile: defaultSettingsFile,
  });
  const all = [...problems, ...problemsBetween(values), ...problemsOfFiles(values)];
  if (all.length > 0) throw new SettingsRefused(all);

  const { tlsCert, tlsKey, serverRate, accountRate, ...rest } = values;
  return {
    ...rest,
    roles: new Set(roles.filter(role => values.roles.includes('all') || values.roles.includes(role))),
    inboundDomain: values.inboundDomain ?? `inbound.${values.mailHostname}`,
    rateLimits: { server: rateOf(serverRate), account: rateOf(accountRate ?? serverRate) },
    tls: tlsCert !== undefined && tlsKey !== undefined ? { certFile: tlsCert, keyFile: tlsKey } : undefined,
  };
}

function rateOf(setting: Rate | 'none'): Rate | undefined {
  return setting === 'none' ? undefined : setting;
}

/** The base of links when no setting names it; the port is the one that the listener has got. */
export function publicUrlOf(settings: Pick<Settings, 'publicUrl' | 'tls'>, httpPort: number): string {
  return settings.publicUrl ?? `${settings.tls ? 'https' : 'http'}://127.0.0.1:${httpPort}`;
}

function filePathValue(relative: string): string {
  const parsed = filePath.parse(relative);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}
