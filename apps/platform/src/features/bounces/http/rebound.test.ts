import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import vm from 'node:vm';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import { send } from '../../../edges/http-api/testing/test-api.ts';
import { startMessageApi } from '../../../testing/test-message-api.ts';
import { addServer, testWorld } from '../../../testing/test-world.ts';
import { activateBounce } from '../activate-bounce.ts';
import { recordSamples, sampleBounce } from '../testing/sample-bounces.ts';
import { addReboundRoutes } from './rebound-routes.ts';

const world = await testWorld();
const { database: db, accountId, recordEvents } = world;
const clock = createSetClock(new Date());
const { port, close } = await startMessageApi(world, {
  http: { extraRoutes: app => addReboundRoutes(app, { reads: db.reads, clock }) },
});
after(close);
const newServer = () => addServer(db.accept, accountId, 'Live');

type Answer = { Enabled: boolean; PublicToken: string };

async function change(token: string, method: string): Promise<Answer> {
  const answer = await send(port, { method, path: '/rebound', headers: { 'X-Postmark-Server-Token': token } });
  assert.equal(answer.status, 200);
  return answer.json as Answer;
}

/** Ten seconds after the question before, so that only the test of the limit meets it. */
async function ask(publicToken: string, email: string) {
  clock.set(new Date(clock.now().getTime() + 10_000));
  return send(port, { path: `/rebound/lookup?token=${publicToken}&email=${encodeURIComponent(email)}` });
}

test('a page learns whether an address has hard-bounced on the server of its token, and nothing else', async () => {
  const [mine, other] = [await newServer(), await newServer()];
  const { PublicToken } = await change(mine.token, 'POST');
  const { PublicToken: foreign } = await change(other.token, 'POST');
  const [bounceId = 0] = await recordSamples(db, recordEvents, [
    sampleBounce(mine.serverId, { streamId: 'broadcast' }),
    sampleBounce(mine.serverId, { type: 'SoftBounce', emailAddress: 'soft@x.test' }),
    sampleBounce(mine.serverId, { type: 'SpamComplaint', emailAddress: 'angry@x.test' }),
  ]);
  const answer = await ask(PublicToken.toUpperCase(), 'ANA@buyer.test');
  assert.deepEqual([answer.status, answer.json], [200, { Bounced: true }]);
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.equal(answer.headers['cache-control'], 'no-store');
  for (const email of ['soft@x.test', 'angry@x.test', 'never@x.test', '', '%', 'a\0b@x.test', 'x'.repeat(5000)])
    assert.deepEqual((await ask(PublicToken, email)).json, { Bounced: false }, email);
  assert.deepEqual((await ask(foreign, 'ana@buyer.test')).json, { Bounced: false });

  await db.accept.transaction(tx => activateBounce(tx, recordEvents, mine.serverId, bounceId, new Date()));
  assert.deepEqual((await ask(PublicToken, 'ana@buyer.test')).json, { Bounced: false });
});

test('a token that was replaced or taken away no longer works; each server has its own', async () => {
  const { token } = await newServer();
  assert.deepEqual(await change(token, 'GET'), { Enabled: false, PublicToken: null, ScriptPath: '/rebound.js' });
  const first = await change(token, 'POST');
  assert.deepEqual(await change(token, 'GET'), first);
  const second = await change(token, 'POST');
  for (const wrong of [first.PublicToken, '', 'nonsense', token]) {
    const answer = await ask(wrong, 'ana@buyer.test');
    assert.deepEqual([answer.status, (answer.json as { ErrorCode: number }).ErrorCode], [401, 10]);
    assert.equal(answer.headers['access-control-allow-origin'], '*');
  }
  assert.equal((await ask(second.PublicToken, 'ana@buyer.test')).status, 200);
  assert.equal((await change(token, 'DELETE')).Enabled, false);
  assert.equal((await ask(second.PublicToken, 'ana@buyer.test')).status, 401);
});

test('whoever asks too often has to wait', async () => {
  const { token } = await newServer();
  const { PublicToken } = await change(token, 'POST');
  await ask(PublicToken, 'a@x.test');
  const path = `/rebound/lookup?token=${PublicToken}&email=b@x.test`;
  assert.equal((await send(port, { path })).status, 200);
  const refused = await send(port, { path });
  assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '1']);
  assert.equal((await ask(PublicToken, 'b@x.test')).status, 200);
});

test('the script is served at both paths, for any page', async () => {
  for (const path of ['/rebound.js', '/widget/1.0']) {
    const answer = await send(port, { path });
    assert.equal(answer.status, 200);
    assert.match(String(answer.headers['content-type']), /^text\/javascript/);
    assert.match(answer.bytes.toString(), /ReboundSettings/);
  }
});

/** Enough of a browser for the script: elements that remember what was done to them. */
class FakeElement {
  readonly style: Record<string, string> = {};
  readonly children: FakeElement[] = [];
  readonly listeners: Record<string, () => void> = {};
  textContent = '';
  href = '';
  isRemoved = false;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  append(...added: FakeElement[]): void {
    this.children.push(...added);
  }
  remove(): void {
    this.isRemoved = true;
  }
  setAttribute(): void {}
  addEventListener(event: string, listener: () => void): void {
    this.listeners[event] = listener;
  }
}

const source = readFileSync(new URL('./rebound-widget.js', import.meta.url), 'utf8');

async function runScript(settings: object, bounced: boolean, kept = new Map<string, string>()) {
  const body = new FakeElement('body');
  const asked: string[] = [];
  const told = Promise.withResolvers<object>();
  const page = {
    ReboundSettings: { complete: told.resolve, ...settings },
    location: { href: 'https://shop.test/account' },
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    },
  };
  vm.runInNewContext(source, {
    window: page,
    document: {
      body,
      currentScript: { src: 'https://mail.shop.test/rebound.js' },
      createElement: (name: string) => new FakeElement(name),
    },
    URL,
    fetch: async (url: string) => {
      asked.push(url);
      return { ok: true, json: async () => ({ Bounced: bounced }) };
    },
  });
  return { told: { ...(await told.promise) }, asked, prompt: body.children[0], kept };
}

test('the script asks its own host, fills the texts in as texts, and stays away once it was closed', async () => {
  const settings = {
    publicToken: 'abc',
    email: 'Ana+1@buyer.test',
    title: '<b>[[reason]]</b>',
    description: 'Fix [[email]]',
    actionUrl: '/account/email',
    actionLabel: 'Fix it',
  };
  const first = await runScript(settings, true);
  assert.deepEqual(first.asked, ['https://mail.shop.test/rebound/lookup?token=abc&email=Ana%2B1%40buyer.test']);
  assert.deepEqual(
    first.prompt?.children.map(child => [child.name, child.textContent]),
    [
      ['strong', '<b>Hard bounce</b>'],
      ['span', 'Fix Ana+1@buyer.test'],
      ['a', 'Fix it'],
      ['button', '\u00d7'],
    ],
  );
  first.prompt?.children[3]?.listeners.click?.();
  assert.equal(first.prompt?.isRemoved, true);
  assert.equal((await runScript(settings, true, first.kept)).prompt, undefined);
  assert.ok((await runScript({ ...settings, repeat: true }, true, first.kept)).prompt);
});

test('an address that is fine shows nothing; `custom` only tells the page; a link that is a program is left out', async () => {
  const settings = { publicToken: 'abc', email: 'ana@buyer.test' };
  const fine = await runScript(settings, false);
  assert.deepEqual([fine.prompt, fine.told], [undefined, { bounced: false, email: 'ana@buyer.test' }]);
  const custom = await runScript({ ...settings, appearance: 'custom' }, true);
  assert.equal(custom.prompt, undefined);
  assert.equal((custom.told as { bounced?: boolean }).bounced, true);
  const alert = await runScript(
    { ...settings, appearance: 'alert', position: 'bottomLeft', actionUrl: 'javascript:alert(1)' },
    true,
  );
  assert.deepEqual([alert.prompt?.style.bottom, alert.prompt?.style.left], ['16px', '16px']);
  assert.ok(!alert.prompt?.children.some(child => child.name === 'a'));
});
