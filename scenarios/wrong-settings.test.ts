// Wrong settings stop the start with a sentence that names the setting; a right start never follows a wrong one.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { makeCertificate } from '../tools/fake-world/certificates.ts';
import { type Environment, spawnPlatform } from './harness/platform.ts';
import { story } from './harness/world.ts';

const mistakes: readonly [what: string, settings: Environment, sentence: RegExp][] = [
  ['a port that is none', { PENNYBLACK_HTTP_PORT: 'eighty' }, /PENNYBLACK_HTTP_PORT .*eighty/],
  ['a misspelt name', { PENNYBLACK_HTTP_PROT: '80' }, /PENNYBLACK_HTTP_PROT.*PENNYBLACK_HTTP_PORT/],
  ['an unknown role', { PENNYBLACK_ROLES: 'api,postman' }, /PENNYBLACK_ROLES .*postman/],
  ['a route without an end', { PENNYBLACK_ROUTES: 'example.com' }, /PENNYBLACK_ROUTES/],
  [
    'a name server that is a name',
    { PENNYBLACK_DNS_SERVERS: 'dns.example.com' },
    /PENNYBLACK_DNS_SERVERS .*dns\.example\.com/,
  ],
  [
    'an answer that is neither yes nor no',
    { PENNYBLACK_REQUIRE_VERIFIED_SENDERS: 'perhaps' },
    /PENNYBLACK_REQUIRE_VERIFIED_SENDERS .*perhaps/,
  ],
  ['a database without a key', { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/d' }, /PENNYBLACK_SECRET_KEY is required/],
  [
    'a certificate without its key',
    { PENNYBLACK_TLS_CERT: '/etc/hostname' },
    /PENNYBLACK_TLS_CERT is set without PENNYBLACK_TLS_KEY/,
  ],
  [
    'a certificate that is not there',
    { PENNYBLACK_TLS_CERT: '/nowhere.pem', PENNYBLACK_TLS_KEY: '/nowhere.key' },
    /PENNYBLACK_TLS_CERT names a file that cannot be read/,
  ],
  ['the test token as a token', { PENNYBLACK_SERVER_TOKEN: 'POSTMARK_API_TEST' }, /PENNYBLACK_SERVER_TOKEN/],
  ['no retries', { PENNYBLACK_RETRY_SECONDS: '0' }, /PENNYBLACK_RETRY_SECONDS/],
];

story('every mistake in the settings stops the start with a sentence that names it', async world => {
  for (const [what, settings, sentence] of mistakes) {
    const attempt = spawnPlatform(world.folder, world.settings(settings));
    const end = await attempt.ended;
    assert.equal(end.code, 1, what);
    assert.match(attempt.output(), sentence, what);
    assert.match(attempt.output(), /^Pennyblack cannot start: /m, what);
    assert.ok(!attempt.output().includes('    at '), `no stack: ${what}`);
  }
});

story('all mistakes are told at once', async world => {
  const attempt = spawnPlatform(
    world.folder,
    world.settings({ PENNYBLACK_HTTP_PORT: 'x', PENNYBLACK_MX_PORT: 'y', PENNYBLACK_ROLES: 'z' }),
  );
  assert.equal((await attempt.ended).code, 1);
  assert.equal(attempt.output().match(/^Pennyblack cannot start: /gm)?.length, 3);
});

story(
  'a certificate and a key that do not belong together, a port in use, a database that is not there',
  async world => {
    const [one, other] = [await makeCertificate('one.test'), await makeCertificate('other.test')];
    const certFile = path.join(world.folder, 'cert.pem');
    const keyFile = path.join(world.folder, 'key.pem');
    await writeFile(certFile, one.cert);
    await writeFile(keyFile, other.key);
    const busy = createServer();
    await new Promise<void>(resolve => busy.listen(0, '127.0.0.1', resolve));
    world.atEnd.push(async () => void busy.close());
    const address = busy.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const more: typeof mistakes = [
      ['no pair', { PENNYBLACK_TLS_CERT: certFile, PENNYBLACK_TLS_KEY: keyFile }, /do not make a pair/],
      ['port in use', { PENNYBLACK_HTTP_PORT: port }, /PENNYBLACK_HTTP_PORT/],
      [
        'no database',
        { DATABASE_URL: 'postgres://u:p@127.0.0.1:9/d', PENNYBLACK_SECRET_KEY: '1'.repeat(64) },
        /DATABASE_URL|database/,
      ],
    ];
    for (const [what, settings, sentence] of more) {
      const attempt = spawnPlatform(world.folder, world.settings(settings));
      assert.equal((await attempt.ended).code, 1, what);
      assert.match(attempt.output(), sentence, what);
      assert.match(attempt.output(), /^Pennyblack cannot start: /m, what);
    }
  },
);
