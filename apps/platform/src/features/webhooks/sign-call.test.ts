import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook as Verifier } from 'standardwebhooks';
import { signatureHeaders } from './sign-call.ts';
import { makeSigningKey, publicSigningKey, rotateSigningKeys } from './signing-keys.ts';
import type { SigningKey } from './webhook.ts';

const now = new Date();
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const body = '{"RecordType":"Delivery","Recipient":"nadia@client.test","Details":"smtp;250 grüß dich \u{1F4EE}"}';
const id = '0191f3a0-0000-7000-8000-000000000001';

/** As a receiver of Ed25519 signatures does it, from the raw key after `whpk_`. */
function isSignedBy(publicKey: string, headers: Record<string, string>, text: string): boolean {
  const raw = Buffer.from(publicKey.replace(/^whpk_/, ''), 'base64');
  assert.equal(raw.length, 32);
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
  const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`);
  const signatures = (headers['webhook-signature'] ?? '').split(' ').filter(each => each.startsWith('v1a,'));
  return signatures.some(each => verify(null, content, key, Buffer.from(each.slice(4), 'base64')));
}

test('the standardwebhooks package accepts what an hmac key signed, and nothing that was changed on the way', () => {
  const key = makeSigningKey('hmac', now);
  assert.match(key.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const headers = signatureHeaders([key], { id, at: now, body });
  const verifier = new Verifier(publicSigningKey(key));
  assert.deepEqual(verifier.verify(body, headers), JSON.parse(body));
  assert.throws(() => verifier.verify(`${body} `, headers), /No matching signature/);
  assert.throws(() => verifier.verify(body, { ...headers, 'webhook-id': 'another' }), /No matching signature/);
  assert.throws(() => new Verifier(makeSigningKey('hmac', now).secret).verify(body, headers), /No matching signature/);
});

test('our signature is the very text that the standardwebhooks package makes, for any body', () => {
  const key = makeSigningKey('hmac', now);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const { 'webhook-signature': ours } = signatureHeaders([key], { id, at: now, body: text });
      assert.equal(ours, new Verifier(key.secret).sign(id, now, text));
    }),
  );
});

test('an Ed25519 key signs as v1a, and its public key is all that a receiver needs', () => {
  const key = makeSigningKey('ed25519', now);
  const headers = signatureHeaders([key], { id, at: now, body });
  assert.match(headers['webhook-signature'] ?? '', /^v1a,[A-Za-z0-9+/]{86}==$/);
  assert.match(publicSigningKey(key), /^whpk_[A-Za-z0-9+/]{43}=$/);
  assert.ok(isSignedBy(publicSigningKey(key), headers, body));
  assert.ok(!isSignedBy(publicSigningKey(key), headers, `${body} `));
  assert.ok(!isSignedBy(publicSigningKey(makeSigningKey('ed25519', now)), headers, body));
});

test('the timestamp is in whole seconds', () => {
  const at = new Date('2026-02-03T04:05:06.789Z');
  assert.equal(signatureHeaders([], { id, at, body })['webhook-timestamp'], '1770091506');
});

test('during a rotation both secrets are accepted; after it only the new one', () => {
  const old = makeSigningKey('hmac', now);
  const fresh = makeSigningKey('hmac', later(10));
  const keys = rotateSigningKeys([old], fresh, later(10), 3600);
  const accepted = (headers: Record<string, string>) =>
    [old, fresh].map(key => {
      try {
        new Verifier(key.secret).verify(body, { ...headers });
        return true;
      } catch {
        return false;
      }
    });

  const during = signatureHeaders(keys, { id, at: later(11), body });
  assert.equal(during['webhook-signature']?.split(' ').length, 2);
  assert.deepEqual(accepted(during), [true, true]);

  // The verifier wants fresh timestamps, so that the end is looked at by count and by key.
  const after = signatureHeaders(keys, { id, at: later(10 + 3600), body });
  assert.equal(after['webhook-signature'], new Verifier(fresh.secret).sign(id, later(10 + 3600), body));
});

test('a rotation from hmac to Ed25519 signs with both kinds side by side', () => {
  const old = makeSigningKey('hmac', now);
  const fresh = makeSigningKey('ed25519', now);
  const headers = signatureHeaders(rotateSigningKeys([old], fresh, now, 60), { id, at: now, body });
  assert.deepEqual(new Verifier(old.secret).verify(body, headers), JSON.parse(body));
  assert.ok(isSignedBy(publicSigningKey(fresh), headers, body));
});

test('without an active key there is no signature, but id and time are there', () => {
  const expired: SigningKey = { ...makeSigningKey('hmac', now), expiresAt: now.toISOString() };
  assert.deepEqual(Object.keys(signatureHeaders([expired], { id, at: now, body })), [
    'webhook-id',
    'webhook-timestamp',
  ]);
});
