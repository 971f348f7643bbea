import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { generate } from 'selfsigned';
import { echoEndpoints } from './testing/echo-endpoints.ts';
import { startTestApi } from './testing/test-api.ts';

async function writeCertificate(folder: string, name: string) {
  const made = await generate([{ name: 'commonName', value: name }]);
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  writeFileSync(files.certFile, made.cert);
  writeFileSync(files.keyFile, made.private);
  return files;
}

function nameSeenAt(port: number, options: tls.ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => {
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      resolve(String(subject.CN));
    });
    socket.once('error', reject);
  });
}

function newFolder(t: { after(work: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'pennyblack-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('with certificate files the listener speaks HTTPS, from TLS 1.2 up', async t => {
  const files = await writeCertificate(newFolder(t), 'first.test');
  const api = await startTestApi(echoEndpoints, { tls: files });
  t.after(api.close);
  assert.equal(await nameSeenAt(api.port), 'first.test');
  assert.equal(await nameSeenAt(api.port, { maxVersion: 'TLSv1.2' }), 'first.test');
  await assert.rejects(
    nameSeenAt(api.port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
  );
});

test('new certificate files are taken without a restart; unusable ones are not, and the log says so', async t => {
  const folder = newFolder(t);
  const files = await writeCertificate(folder, 'first.test');
  const api = await startTestApi(echoEndpoints, { tls: files });
  t.after(api.close);

  await writeCertificate(folder, 'second.test');
  api.reloadTls();
  assert.equal(await nameSeenAt(api.port), 'second.test');

  writeFileSync(files.certFile, 'half written');
  api.reloadTls();
  assert.equal(await nameSeenAt(api.port), 'second.test');
  assert.ok(api.logLines.some(line => line.level === 50 && String(line.reason).includes(files.certFile)));
});

test('a missing certificate stops the start with a sentence that names the file', async t => {
  const files = await writeCertificate(newFolder(t), 'first.test');
  const tlsFiles = { ...files, certFile: '/nowhere/cert.pem' };
  await assert.rejects(
    startTestApi(echoEndpoints, { tls: tlsFiles }),
    /certificate \/nowhere\/cert\.pem cannot be read/,
  );
});
