// HTTPS with the operator's certificate files: the official client speaks it, and a renewed certificate is served
// without a restart.

import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from 'node:tls';
import { ServerClient } from 'postmark';
import { Agent, fetch as undiciFetch } from 'undici';
import { makeAuthority, makeCertificate } from '../tools/fake-world/certificates.ts';
import { startPlatform } from './harness/platform.ts';
import { until } from './harness/until.ts';
import { inboxDomain, sender, serverToken, story } from './harness/world.ts';

/** The serial number of the certificate that a new connection sees. */
function serialNumber(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'post.pennyblack.test', ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on('error', reject);
  });
}

story('the API speaks HTTPS, and serves a renewed certificate without a restart', async world => {
  const authority = await makeAuthority();
  const certFile = path.join(world.folder, 'cert.pem');
  const keyFile = path.join(world.folder, 'key.pem');
  async function install(): Promise<void> {
    const made = await makeCertificate('post.pennyblack.test', { authority });
    // As certbot does: a new file takes the place of the old one.
    await writeFile(`${certFile}.new`, made.cert);
    await writeFile(`${keyFile}.new`, made.key);
    await rename(`${keyFile}.new`, keyFile);
    await rename(`${certFile}.new`, certFile);
  }
  await install();

  const agent = new Agent({ connect: { ca: authority.cert, servername: 'post.pennyblack.test' } });
  world.atEnd.push(() => agent.destroy());
  const ask = (url: string) => undiciFetch(url, { dispatcher: agent });
  const settings = world.settings({ PENNYBLACK_TLS_CERT: certFile, PENNYBLACK_TLS_KEY: keyFile });
  const fetchReady = (url: string) =>
    ask(`${url}/health/ready`).then(
      answer => answer.ok,
      () => false, // Not listening yet.
    );
  const platform = await startPlatform(world.folder, settings, { fetchReady });
  world.atEnd.push(async () => void (await platform.stop()));
  assert.match(platform.url, /^https:/);

  const client = new ServerClient(serverToken, {
    requestHost: new URL(platform.url).host,
    fetch: (input, init) => undiciFetch(input as string, { ...(init as object), dispatcher: agent }) as never,
  });
  const send = (name: string) =>
    client.sendEmail({ From: sender, To: `${name}@${inboxDomain}`, Subject: name, TextBody: name });
  assert.equal((await send('before')).ErrorCode, 0);

  const port = Number(new URL(platform.url).port);
  const before = await serialNumber(port, authority.cert);
  await install();
  await until('the new certificate is served', async () => (await serialNumber(port, authority.cert)) !== before);
  assert.equal((await send('after')).ErrorCode, 0);
  await until('both have arrived', () => world.sink.messageCount === 2);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health/ready`), 'no clear text on the same port');
});
