import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseRoute, type RouteSetting } from './route-rules.ts';

const relay = { kind: 'host', host: 'relay.test', port: 587, user: 'u', password: 'p' } as const;
const live = { isSandboxed: false };

test('without settings mail goes to the mail servers of its domain, in lower case', () => {
  assert.deepEqual(chooseRoute('Ana@Buyer.TEST', live, []), { kind: 'mx', domain: 'buyer.test' });
  // The last @ divides.
  assert.deepEqual(chooseRoute('a@b@buyer.test', live, []), { kind: 'mx', domain: 'buyer.test' });
});

test('the first matching pattern wins: a domain, what is below a domain, everything', () => {
  const settings: RouteSetting[] = [
    { pattern: 'buyer.test', target: { kind: 'capture' } },
    { pattern: '*.buyer.test', target: { kind: 'host', host: 'inner.test', port: 25 } },
    { pattern: '*', target: relay },
  ];
  assert.deepEqual(chooseRoute('a@BUYER.test', live, settings), { kind: 'capture' });
  assert.deepEqual(chooseRoute('a@shop.buyer.test', live, settings), { kind: 'host', host: 'inner.test', port: 25 });
  assert.deepEqual(chooseRoute('a@a.b.buyer.test', live, settings), { kind: 'host', host: 'inner.test', port: 25 });
  // `*.buyer.test` is not what merely ends alike.
  assert.deepEqual(chooseRoute('a@notbuyer.test', live, settings), relay);
});

test('a sandbox never opens a connection, whatever the settings say', () => {
  const settings: RouteSetting[] = [{ pattern: '*', target: relay }];
  assert.deepEqual(chooseRoute('a@buyer.test', { isSandboxed: true }, settings), { kind: 'sandbox' });
});

test('the testing addresses of Postmark come before sandbox and settings', () => {
  const settings: RouteSetting[] = [{ pattern: '*', target: relay }];
  for (const isSandboxed of [true, false]) {
    assert.deepEqual(chooseRoute('test@BlackHole.postmarkapp.com', { isSandboxed }, settings), { kind: 'black_hole' });
    const fake = (address: string, fakeBounceType?: string) =>
      chooseRoute(address, { isSandboxed, ...(fakeBounceType ? { fakeBounceType } : {}) }, settings);
    const domain = 'bounce-testing.postmarkapp.com';
    assert.deepEqual(fake(`soft_bounce+7@${domain}`), { kind: 'fake_bounce', type: 'SoftBounce' });
    assert.deepEqual(fake(`anybody@${domain}`), { kind: 'fake_bounce', type: 'HardBounce' });
    assert.deepEqual(fake(`anybody@${domain.toUpperCase()}`, 'Transient'), { kind: 'fake_bounce', type: 'Transient' });
    assert.deepEqual(fake(`SpamComplaint@${domain}`), { kind: 'fake_bounce', type: 'SpamComplaint' });
    assert.deepEqual(fake(`Delay_2m@${domain}`), { kind: 'fake_delay', seconds: 120 });
  }
  // The header counts for the testing domain only.
  assert.deepEqual(chooseRoute('a@buyer.test', { isSandboxed: false, fakeBounceType: 'HardBounce' }, []), {
    kind: 'mx',
    domain: 'buyer.test',
  });
});
