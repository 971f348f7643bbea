// The world of one story: a folder of its own, a DNS server, mail servers that do what the story says, and as many
// Pennyblacks as it starts. Everything is on the loopback address and gone when the story has ended.

import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { ServerClient } from 'postmark';
import { type DnsServer, type DnsZones, startDnsServer } from '../../tools/fake-world/dns-server.ts';
import { type MailSink, type MailSinkOptions, startMailSink } from '../../tools/fake-world/mail-sink.ts';
import { copyFirstStart } from './first-start.ts';
import { clientFor, type Environment, type Platform, startPlatform, type User } from './platform.ts';
import { killTree } from './processes-of-folder.ts';

export const serverToken = '5e7e7e7e-0000-4000-8000-000000000001';
export const accountToken = 'acc00000-0000-4000-8000-000000000002';
/** Verified on the live server; its mail is signed. */
export const senderDomain = 'shop.test';
export const sender = `Shop <desk@${senderDomain}>`;
/** Its MX is the first sink. */
export const inboxDomain = 'inbox.test';

/** With these a first start makes what is copied for every story. Other settings leave no trace in the data folder. */
const takenAtFirstStart: Environment = {
  PENNYBLACK_SERVER_TOKEN: serverToken,
  PENNYBLACK_ACCOUNT_TOKEN: accountToken,
  PENNYBLACK_VERIFIED_DOMAINS: senderDomain,
  PENNYBLACK_MAIL_HOSTNAME: 'post.pennyblack.test',
};

export type World = {
  folder: string;
  dataFolder: string;
  dns: DnsServer;
  /** The mail server of `inbox.test`. */
  sink: MailSink;
  sinks: readonly MailSink[];
  /** A further mail server on an address of its own, as the only MX of `domain`. */
  addSink(domain: string, options?: MailSinkOptions): Promise<MailSink>;
  /** Settings of the story, then those of this start. */
  start(settings?: Environment): Promise<Platform>;
  settings(more?: Environment): Environment;
  /** Of the live server; goes on working after a restart, because the port stays. */
  client: ServerClient;
  url: string;
  /** What the story leaves running on its own side, such as senders; run before the platforms are ended. */
  atEnd: (() => Promise<void>)[];
  logs(): string;
  close(): Promise<void>;
};

export type WorldOptions = {
  settings?: Environment;
  sink?: MailSinkOptions;
  zones?: DnsZones;
  dataFolder?: (folder: string) => string;
  /** Run in the new folder before anything else. */
  prepare?: (folder: string) => Promise<void>;
  /** The story is about what a first start does, so it gets no copy of another one's. */
  isAboutFirstStart?: boolean;
  /** Who runs the platforms. Default: whoever runs the story. */
  user?: User;
  /** How long the story may take. */
  secondsMax?: number;
};

export function mailDomain(domain: string, address: string): DnsZones {
  return {
    [domain]: { MX: [{ exchange: `mx.${domain}`, preference: 10 }] },
    [`mx.${domain}`]: { A: [address] },
  };
}

/** Below the ports that the system itself gives to listeners and connections (Linux: from 32768 up). */
const ownPorts = { from: 12_000, to: 32_000 };

/**
 * A port for a platform that is started later, perhaps several times. One from the system might be given away again
 * meanwhile, to any connection of any story that runs beside this one.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(ownPorts.from, ownPorts.to);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise(resolve => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pennyblack-story-'));
  await options.prepare?.(folder);
  const dataFolder = options.dataFolder?.(folder) ?? path.join(folder, 'data');
  const sink = await startMailSink(options.sink);
  const sinks = [sink];
  const dns = await startDnsServer({ ...mailDomain(inboxDomain, sink.host), ...options.zones });
  const platforms: Platform[] = [];
  const atEnd: World['atEnd'] = [];
  const httpPort = await freePort();
  const url = `http://127.0.0.1:${httpPort}`;

  const isAsUsual = (wanted: Environment) =>
    options.user === undefined &&
    options.dataFolder === undefined &&
    wanted.PENNYBLACK_DATA_DIR === dataFolder &&
    wanted.DATABASE_URL === undefined &&
    Object.entries(takenAtFirstStart).every(([name, value]) => wanted[name] === value);

  const settings = (more: Environment = {}): Environment => ({
    PENNYBLACK_DATA_DIR: dataFolder,
    PENNYBLACK_HTTP_PORT: String(httpPort),
    PENNYBLACK_SMTP_PORT: '0',
    PENNYBLACK_INBOUND_PORT: '0',
    PENNYBLACK_DNS_SERVERS: dns.address,
    PENNYBLACK_MX_PORT: String(sink.port),
    ...takenAtFirstStart,
    PENNYBLACK_RETRY_SECONDS: '1,1,2',
    ...options.settings,
    ...more,
  });

  return {
    folder,
    dataFolder,
    dns,
    sink,
    sinks,
    settings,
    url,
    client: clientFor(url, serverToken),
    async addSink(domain, sinkOptions = {}) {
      const added = await startMailSink({ host: `127.0.0.${sinks.length + 1}`, port: sink.port, ...sinkOptions });
      sinks.push(added);
      for (const [name, entry] of Object.entries(mailDomain(domain, added.host))) dns.set(name, '*', entry as never);
      return added;
    },
    async start(more) {
      const wanted = settings(more);
      if (!existsSync(dataFolder) && !options.isAboutFirstStart && isAsUsual(wanted))
        await copyFirstStart(dataFolder, wanted);
      const platform = await startPlatform(folder, wanted, { user: options.user });
      platforms.push(platform);
      return platform;
    },
    atEnd,
    logs: () => platforms.map(describeLog).join('\n'),
    async close() {
      await Promise.all(atEnd.map(end => end()));
      const surprises = platforms.filter(platform => platform.endedByItself());
      for (const platform of platforms) if (!platform.hasEnded()) await platform.killEverything();
      await killTree([], dataFolder);
      await Promise.all([dns.close(), ...sinks.map(each => each.close())]);
      await rm(folder, { recursive: true, force: true });
      if (surprises.length > 0) throw new Error('A Pennyblack ended although nobody told it to.');
    },
  };
}

/** Calls that were answered well say nothing about a failure, and there are thousands of them. */
function describeLog(platform: Platform): string {
  const lines = platform.output().split('\n');
  const telling = lines.filter(line => !(line.includes('"msg":"request"') && line.includes('"status":200')));
  return `--- Pennyblack, process ${platform.pid}\n${[...telling.slice(0, 40), ...telling.slice(40).slice(-40)].join('\n')}`;
}

const storySecondsMaxByDefault = 240;

/** A test with a world of its own. What Pennyblack has printed is shown when the story fails. */
export function story(name: string, tell: (world: World) => Promise<void>, options: WorldOptions = {}): void {
  const { secondsMax = storySecondsMaxByDefault } = options;
  test(name, { timeout: secondsMax * 1000 }, async () => {
    const world = await openWorld(options);
    try {
      await tell(world);
    } catch (error) {
      console.error(world.logs());
      await world.close().catch(() => {}); // The first failure is the one to read.
      throw error;
    }
    try {
      await world.close();
    } catch (error) {
      console.error(world.logs());
      throw error;
    }
  });
}
