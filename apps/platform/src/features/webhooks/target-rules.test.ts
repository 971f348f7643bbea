import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../refusals.ts';
import { prepareCall } from './prepare-call.ts';
import { checkHeaders, checkHttpAuth, checkUrl } from './target-rules.ts';

/** Undefined when it is refused, and nothing else is ever thrown. */
function tryTo<T>(check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return undefined;
  }
}

const lineBreaks = /[\r\n\0]/;

test('whatever is let through makes a call without line breaks in its address and headers', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', 'a\r\nb', 'ü', 'X-Env'));
  const url = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.tuple(fc.string(), text).map(([user, rest]) => `https://${user}@hooks.shop.test/${rest}`),
    text,
  );
  const header = fc.record({ name: text, value: text });
  const target = fc.record({ url, username: text, password: text, headers: fc.array(header, { maxLength: 4 }) });
  let letThrough = 0;
  fc.assert(
    fc.property(target, given => {
      const callable = tryTo(() => checkUrl(given.url));
      const httpAuth = tryTo(() => checkHttpAuth(given)) ?? null;
      const httpHeaders = tryTo(() => checkHeaders(given.headers)) ?? [];
      if (callable === undefined) return;
      letThrough += 1;
      const webhook = { target: { url: callable, httpAuth, httpHeaders }, signingKeys: [] };
      const call = { callId: 'id', eventId: undefined, body: '{}', retriesRemaining: 0, at: new Date() };
      const { url: called, headers } = prepareCall(webhook, call);
      assert.match(new URL(called).protocol, /^https?:$/);
      for (const part of [called, ...Object.keys(headers), ...Object.values(headers)])
        assert.doesNotMatch(part, lineBreaks);
    }),
    { numRuns: 2000 },
  );
  assert.ok(letThrough > 100);
});

test('addresses, ports, other scripts and passwords are URLs; which of them may be called is asked at the call', () => {
  for (const url of [
    'http://localhost:3000',
    'http://127.0.0.1/hook',
    'http://[::1]:8080/hook?x=1',
    'https://us%65r:p%40ss@hooks.shop.test/',
    'HTTPS://Hooks.Shop.Test',
    'https://bücher.test/häkchen?ü=ß',
    'https://169.254.169.254/',
  ])
    assert.equal(checkUrl(url), url);
});
