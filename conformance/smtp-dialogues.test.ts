// The dialogues of SMTP submission, one file each in smtp-dialogues/, played against a running platform; those that need
// other limits or settings against a listener of their own. Every line of the server must be the one that is written there.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import {
  startTestSubmission,
  type TestSubmissionOptions,
} from '../apps/platform/src/edges/smtp-submission/testing/test-submission.ts';
import { until } from '../scenarios/harness/until.ts';
import { accountToken, freePort, openWorld, serverToken, type World } from '../scenarios/harness/world.ts';
import { playDialogue, type Stage } from './smtp-dialogues/play-dialogue.ts';
import { type Dialogue, readDialogue } from './smtp-dialogues/read-dialogue.ts';

const folder = path.join(import.meta.dirname, 'smtp-dialogues');
const files = (await readdir(folder)).filter(name => name.endsWith('.smtp')).sort();
const dialogues = await Promise.all(
  files.map(async name => ({ name, dialogue: readDialogue(await readFile(path.join(folder, name), 'utf8')) })),
);

const hostName = 'post.pennyblack.test';
let world: World;
let values: Record<string, string>;
let ports: Pick<Stage, 'port' | 'tlsPort'>;

async function call(method: string, place: string, tokens: Record<string, string>, body?: object) {
  const answer = await fetch(`${world.url}${place}`, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json', ...tokens },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as Record<string, unknown>;
  assert.equal(answer.status, 200, `${method} ${place}: ${JSON.stringify(json)}`);
  return json;
}

const account = { 'x-postmark-account-token': accountToken };
const live = { 'x-postmark-server-token': serverToken };

async function makeServer(change: object): Promise<{ id: number; token: string }> {
  const made = await call('POST', '/servers', account, {
    Name: `Of dialogues ${randomBytes(4).toString('hex')}`,
    ...change,
  });
  const [token = ''] = made.ApiTokens as string[];
  return { id: made.ID as number, token };
}

async function makeCredentials(): Promise<Record<string, string>> {
  const path = '/message-streams/outbound/smtp-tokens';
  const smtpToken = await call('POST', path, live, { Name: 'Dialogues' });
  const ended = await call('POST', path, live, { Name: 'Ended' });
  await call('DELETE', `${path}/${ended.ID}`, live);
  const withoutSmtp = await makeServer({ SmtpApiActivated: false });
  const gone = await makeServer({});
  await call('DELETE', `/servers/${gone.id}`, account);
  return {
    token: serverToken,
    user: serverToken,
    password: serverToken,
    upperToken: serverToken.toUpperCase(),
    identity: Buffer.from(`somebody\0${serverToken}\0${serverToken}`).toString('base64'),
    account: accountToken,
    access: String(smtpToken.AccessKey),
    secret: String(smtpToken.SecretKey),
    endedAccess: String(ended.AccessKey),
    endedSecret: String(ended.SecretKey),
    withoutSmtp: withoutSmtp.token,
    gone: gone.token,
  };
}

/** Each on its own: messages are told from those of others by {id} in their subject. */
async function stageOf(dialogue: Dialogue, t: Pick<TestContext, 'after'>): Promise<Omit<Stage, 'localAddress'>> {
  const id = `d${randomBytes(6).toString('hex')}`;
  if (dialogue.listener === undefined) {
    const place = `/messages/outbound?count=500&offset=0&subject=${id}`;
    return {
      ...ports,
      values: { ...values, id, host: hostName },
      countStored: async () => Number((await call('GET', place, live)).TotalCount),
    };
  }
  const { takesMail, ...options } = dialogue.listener as TestSubmissionOptions & { takesMail?: boolean };
  const listener = await startTestSubmission(t, {
    ...options,
    ...(takesMail === false && { isTakingMail: () => false }),
  });
  return {
    port: listener.port,
    tlsPort: listener.tlsPort,
    values: { id, host: 'smtp.pennyblack.test', user: 'app', password: 'secret' },
    countStored: async () => listener.submissions.length,
  };
}

before(async () => {
  ports = { port: await freePort(), tlsPort: await freePort() };
  world = await openWorld({
    settings: {
      PENNYBLACK_SMTP_PORT: String(ports.port),
      PENNYBLACK_SMTPS_PORT: String(ports.tlsPort),
      PENNYBLACK_MAIL_HOSTNAME: hostName,
    },
  });
  await world.start();
  values = await makeCredentials();
});
after(() => world?.close());

describe('SMTP submission answers word for word', { concurrency: 8 }, () => {
  assert.ok(dialogues.length >= 60, `only ${dialogues.length} dialogues`);
  for (const [index, { name, dialogue }] of dialogues.entries()) {
    test(`${name}: ${dialogue.title}`, async t => {
      // Guesses are slowed by address, so each dialogue comes from one of its own.
      const localAddress = `127.0.1.${index + 1}`;
      await playDialogue(dialogue.steps, { ...(await stageOf(dialogue, t)), localAddress });
    });
  }
});

test('after all of them nobody is connected any more', async () => {
  const count = async () =>
    /^pennyblack_smtp_connections (\d+)$/m.exec(await (await fetch(`${world.url}/metrics`)).text());
  await until('all connections have ended', async () => (await count())?.[1] === '0');
});
