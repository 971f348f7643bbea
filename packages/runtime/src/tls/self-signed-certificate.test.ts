import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { loadOrMakeCertificate } from './self-signed-certificate.ts';

const now = new Date('2026-11-26T00:00:00Z');

test('a certificate is made once, kept for the owner alone, and made anew for another name, near its end, or when it is broken', async t => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pennyblack-certificate-'));
  t.after(() => rm(folder, { recursive: true }));
  const inside = path.join(folder, 'data');
  const first = await loadOrMakeCertificate(inside, 'mail.shop.test', now);
  createSecureContext(first);
  assert.equal(new X509Certificate(first.cert).subjectAltName, 'DNS:mail.shop.test');
  const file = path.join(inside, 'self-signed.pem');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await loadOrMakeCertificate(inside, 'mail.shop.test', now), first);

  const renamed = await loadOrMakeCertificate(inside, 'mx.shop.test', now);
  assert.notEqual(renamed.cert, first.cert);
  const inTenYears = new Date(now.getTime() + 3640 * 86_400_000);
  assert.notEqual((await loadOrMakeCertificate(inside, 'mx.shop.test', inTenYears)).cert, renamed.cert);
  await writeFile(file, (await readFile(file, 'utf8')).replace('MII', 'XXX'));
  createSecureContext(await loadOrMakeCertificate(inside, 'mx.shop.test', now));
});
