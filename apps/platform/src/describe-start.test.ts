import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database, Queryable } from '@pennyblack/runtime/database/database.ts';
import { createKeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { roles as allRoles, loadSettings, type Settings } from './config.ts';
import { describeStart } from './describe-start.ts';
import type { RunningPlatform } from './start-platform.ts';

const keyRing = createKeyRing([Buffer.alloc(32, 7)]);
const liveToken = '11111111-1111-4111-8111-111111111111';
const sandboxToken = '22222222-2222-4222-8222-222222222222';
const accountToken = '33333333-3333-4333-8333-333333333333';

function server(serverId: number, deliveryType: 'Live' | 'Sandbox', token: string) {
  return { serverId, accountId: 1, name: deliveryType, deliveryType, tokenEncrypted: keyRing.encrypt(token) };
}

const both = [server(1001, 'Live', liveToken), server(1002, 'Sandbox', sandboxToken)];

async function linesWith(
  options: { servers?: typeof both; mailHostname?: string; isFirstStart?: boolean; roles?: Settings['roles'] } = {},
): Promise<string> {
  const { servers = both, mailHostname = 'mail.shop.test', isFirstStart = false, roles = new Set(allRoles) } = options;
  const reads: Queryable = {
    query: async <R>(strings: TemplateStringsArray) => {
      const isAboutServers = strings.join('').includes('from servers');
      return (isAboutServers ? servers : [{ accountId: 1, tokenEncrypted: keyRing.encrypt(accountToken) }]) as R[];
    },
    prepared: async () => [],
  };
  const running: RunningPlatform = {
    db: { reads } as Database,
    keyRing,
    connectionString: 'postgres://secret@127.0.0.1/pennyblack',
    publicUrl: 'https://mail.shop.test',
    isFirstStart,
  };
  const ports = { smtpPorts: [587, 2525], smtpsPorts: [465], smtpCleartextAuth: true, inboundPort: 2526 };
  return describeStart({ ...loadSettings({}), ...ports, mailHostname, roles }, running);
}

test('the operator reads where the platform is and which tokens it has', async () => {
  const text = await linesWith();
  assert.match(text, /^Pennyblack is ready at https:\/\/mail\.shop\.test$/m);
  assert.match(text, new RegExp(`Account token +${accountToken}$`, 'm'));
  assert.match(text, new RegExp(`Live server token +${liveToken}$`, 'm'));
  assert.match(text, new RegExp(`Sandbox server token +${sandboxToken}$`, 'm'));
  assert.match(text, /https:\/\/mail\.shop\.test\/health\/ready/);
  // The password of the database is nobody's business on a terminal.
  assert.doesNotMatch(text, /postgres:/);
});

test('the first start says that an account and servers were made, a later one does not', async () => {
  assert.match(
    await linesWith({ isFirstStart: true }),
    /ready at .* \(first start: an account and two servers were made\)/,
  );
  assert.doesNotMatch(await linesWith(), /first start/);
});

test('the first message goes through the sandbox, so that nothing leaves by trying', async () => {
  const text = await linesWith();
  const commands = text.slice(text.indexOf('curl'));
  assert.match(commands, new RegExp(`X-Postmark-Server-Token: ${sandboxToken}`));
  assert.doesNotMatch(commands, new RegExp(liveToken));
  const body = JSON.parse(/-d '(.*)'/.exec(commands)?.[1] ?? '');
  assert.deepEqual(Object.keys(body), ['From', 'To', 'Subject', 'TextBody']);
  assert.match(commands, /curl "https:\/\/mail\.shop\.test\/messages\/outbound\?count=1&offset=0"/);
});

test('without a sandbox server no command is shown, and a missing server is said to be missing', async () => {
  const text = await linesWith({ servers: [server(1001, 'Live', liveToken)] });
  assert.match(text, /Sandbox server token +\(none\)$/m);
  assert.doesNotMatch(text, /curl/);
});

test('a mail host name that is no full name is warned about before real mail goes out', async () => {
  assert.match(
    await linesWith({ mailHostname: 'laptop' }),
    /PENNYBLACK_MAIL_HOSTNAME is "laptop", which is no full name/,
  );
  assert.doesNotMatch(await linesWith(), /no full name/);
});

test('it says where mail from the world is taken, or that this process takes none', async () => {
  assert.match(
    await linesWith(),
    /Mail from the world +host 127\.0\.0\.1, port 2526: .* come back to mail\.shop\.test/,
  );
  assert.match(await linesWith({ roles: new Set(['api']) }), /Mail from the world +not taken by this process/);
});

test('it says where applications hand over mail by SMTP, or that this process takes none', async () => {
  const text = await linesWith();
  assert.match(
    text,
    /SMTP settings +host 127\.0\.0\.1, port 587, 2525, 465 \(TLS\), user and password: a server token/,
  );
  assert.match(text, /STARTTLS is offered/);
  assert.match(await linesWith({ roles: new Set(['api']) }), /SMTP settings +not taken by this process/);
});
