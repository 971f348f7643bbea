// Debian's Postfix as the world's mail server, in folders of its own: loopback, a high port, one maildir for everybody.
// The machine's own Postfix, if it has one, is neither read nor touched.

import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../scenarios/harness/until.ts';
import { freePort } from '../../scenarios/harness/world.ts';
import { makeCertificate } from '../../tools/fake-world/certificates.ts';

const execute = promisify(execFile);

export type DeliveredMail = {
  /** As the envelope had it. */
  recipient: string;
  returnPath: string;
  /** As it came over the wire, before Postfix put its own fields on top; lines end in CRLF. */
  source: Buffer;
  /** By Postfix: the topmost field. */
  received: string;
};

export type PostfixServer = {
  port: number;
  /** Mail that lies in the maildir, each once; read again at each call. */
  readMail(): Promise<DeliveredMail[]>;
  countMail(): Promise<number>;
  log(): Promise<string>;
  stop(): Promise<void>;
};

/** Why it cannot be run here; undefined when it can. */
export async function reasonWithoutPostfix(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'Postfix starts as root only';
  return execute('/usr/sbin/postconf', ['-d', '-h', 'mail_version']).then(
    () => undefined,
    () => 'Postfix is not installed (apt-get install postfix)',
  );
}

const services = `
smtpd_on_port inet  n  -  n  -  -   smtpd
cleanup    unix  n  -  n  -       0   cleanup
qmgr       unix  n  -  n  300     1   qmgr
rewrite    unix  -  -  n  -       -   trivial-rewrite
bounce     unix  -  -  n  -       0   bounce
defer      unix  -  -  n  -       0   bounce
trace      unix  -  -  n  -       0   bounce
error      unix  -  -  n  -       -   error
retry      unix  -  -  n  -       -   error
proxymap   unix  -  -  n  -       -   proxymap
anvil      unix  -  -  n  -       1   anvil
scache     unix  -  -  n  -       1   scache
tlsmgr     unix  -  -  n  1000?   1   tlsmgr
virtual    unix  -  n  n  -       4   virtual
smtp       unix  -  -  n  -       -   smtp
postlog    unix-dgram n - n -     1   postlogd
`;

async function idOf(what: '-u' | '-g', name: string): Promise<number> {
  return Number((await execute('id', [what, name])).stdout);
}

/** What a test wants otherwise: look-up tables by name, and settings that may name them. */
export type PostfixOptions = {
  tables?: Readonly<Record<string, string>>;
  settings?: (tableOf: (name: string) => string) => Record<string, string>;
  /** The address of the name server that it asks for the mail hosts of a domain, on port 53. Default: the machine's. */
  nameServer?: string;
};

/** @throws Error with Postfix's log when it does not start. */
export async function startPostfix(
  hostName: string,
  domains: readonly string[],
  options: PostfixOptions = {},
): Promise<PostfixServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pennyblack-postfix-'));
  await chmod(folder, 0o755); // Its daemons run as the user postfix.
  const at = (name: string) => path.join(folder, name);
  const port = await freePort();
  for (const name of ['config', 'queue', 'data', 'mail']) await mkdir(at(name), { mode: 0o755 });
  await chown(at('data'), await idOf('-u', 'postfix'), await idOf('-g', 'postfix'));
  const nobody = { uid: await idOf('-u', 'nobody'), gid: await idOf('-g', 'nobody') };
  await chown(at('mail'), nobody.uid, nobody.gid);
  const certificate = await makeCertificate(hostName);
  await writeFile(at('config/cert.pem'), certificate.cert);
  await writeFile(at('config/key.pem'), certificate.key, { mode: 0o600 });

  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    config_directory: at('config'),
    queue_directory: at('queue'),
    data_directory: at('data'),
    maillog_file: at('postfix.log'),
    maillog_file_prefixes: folder,
    myhostname: hostName,
    mydestination: '',
    mynetworks: '127.255.255.255/32',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    alias_maps: '',
    local_recipient_maps: '',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_recipient_restrictions: '',
    smtpd_client_connection_count_limit: '0',
    // A line end of its own making would end the message early; this Postfix refuses such mail.
    smtpd_forbid_bare_newline: 'yes',
    smtpd_tls_security_level: 'may',
    smtpd_tls_cert_file: at('config/cert.pem'),
    smtpd_tls_key_file: at('config/key.pem'),
    smtpd_tls_received_header: 'yes',
    message_size_limit: '31457280',
    virtual_mailbox_limit: '0',
    virtual_mailbox_domains: domains.join(', '),
    virtual_mailbox_base: at('mail'),
    virtual_mailbox_maps: 'static:all/',
    virtual_uid_maps: `static:${nobody.uid}`,
    virtual_gid_maps: `static:${nobody.gid}`,
    virtual_minimum_uid: '1',
    // One copy for each transaction, whoever it is for, so that every envelope is seen.
    virtual_destination_recipient_limit: '1',
    ...options.settings?.(name => `texthash:${at(`config/${name}`)}`),
  };
  for (const [name, text] of Object.entries(options.tables ?? {})) await writeFile(at(`config/${name}`), text);
  const main = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(at('config/main.cf'), main.join(''));
  let master = services.replace('smtpd_on_port', `127.0.0.1:${port}`);
  if (options.nameServer !== undefined) {
    // Its client runs below the queue then, and finds this file as its own /etc/resolv.conf.
    master = master.replace(/^smtp {7}unix {2}- {2}- {2}n/m, 'smtp       unix  -  -  y');
    await mkdir(at('queue/etc'), { mode: 0o755 });
    await writeFile(at('queue/etc/resolv.conf'), `nameserver ${options.nameServer}\n`);
  }
  await writeFile(at('config/master.cf'), master);

  const postfix = (...words: string[]) => execute('/usr/sbin/postfix', ['-c', at('config'), ...words]);
  const log = () => readFile(at('postfix.log'), 'utf8').catch(() => '');
  const inbox = at('mail/all/new');
  const files = () => readdir(inbox).catch((): string[] => []);

  try {
    await postfix('start');
    await until('Postfix runs', () =>
      postfix('status').then(
        () => true,
        () => false,
      ),
    );
  } catch (error) {
    throw new Error(`Postfix did not start:\n${await log()}`, { cause: error });
  }
  return {
    port,
    log,
    countMail: async () => (await files()).length,
    readMail: async () =>
      Promise.all((await files()).map(async name => readDelivered(await readFile(path.join(inbox, name))))),
    async stop() {
      await postfix('stop').catch(() => {}); // It had died.
      await until('Postfix has stopped', () =>
        postfix('status').then(
          () => false,
          () => true,
        ),
      );
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** virtual(8) puts Return-Path, X-Original-To and Delivered-To on top, then comes the Received of smtpd(8). */
function readDelivered(file: Buffer): DeliveredMail {
  const text = file.toString('latin1');
  const field = (name: string) => new RegExp(`^${name}: <?([^>\\n]*)>?$`, 'm').exec(text)?.[1] ?? '';
  const received = /^Received: [^\n]*\n(?:[ \t][^\n]*\n)*/m.exec(text);
  if (!received) throw new Error(`A mail without Received: ${text.slice(0, 500)}`);
  const source = text.slice(received.index + received[0].length).replaceAll('\n', '\r\n');
  return {
    recipient: field('Delivered-To'),
    returnPath: field('Return-Path'),
    received: received[0],
    source: Buffer.from(source, 'latin1'),
  };
}
