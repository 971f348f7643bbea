// Whether our listeners have their ports, or can have them.

import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Settings } from '../config.ts';
import { codeOf, type Finding, fail, ok, wordsOf } from './finding.ts';

/** Whether a Pennyblack answers on the HTTP port. */
function isUp({ host, httpPort, tls }: Settings): Promise<boolean> {
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  // The certificate is for the name that the world knows, and we ask this machine.
  const options = { host: address, port: httpPort, path: '/health/live', rejectUnauthorized: false, timeout: 5000 };
  return new Promise(resolve => {
    const request = (tls ? https : http).get(options, answer => {
      json(answer).then(
        body => resolve(typeof body === 'object' && body !== null && 'Status' in body && body.Status === 'live'),
        () => resolve(false),
      );
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

export async function checkPorts(settings: Settings): Promise<Finding[]> {
  const { roles, httpPort, smtpPorts, smtpsPorts, inboundPort } = settings;
  const isOurs = httpPort !== 0 && (await isUp(settings));
  const findings = [await checkPort(settings, 'HTTP', 'PENNYBLACK_HTTP_PORT', httpPort, isOurs)];
  if (roles.has('smtp')) {
    for (const port of smtpPorts) {
      findings.push(await checkPort(settings, 'SMTP', 'PENNYBLACK_SMTP_PORT', port, isOurs));
    }
    for (const port of smtpsPorts) {
      findings.push(await checkPort(settings, 'SMTPS', 'PENNYBLACK_SMTPS_PORT', port, isOurs));
    }
  }
  if (roles.has('inbound')) {
    findings.push(await checkPort(settings, 'inbound', 'PENNYBLACK_INBOUND_PORT', inboundPort, isOurs));
  }
  return findings;
}

async function checkPort(
  settings: Settings,
  what: string,
  setting: string,
  port: number,
  isOurs: boolean,
): Promise<Finding> {
  const about = `${what} port`;
  const { host } = settings;
  if (port === 0) return ok(about, 'Any free port is taken.');
  const error = await tryToListen(host, port);
  if (error === undefined) return ok(about, `Port ${port} of ${host} is free.`);
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      if (isOurs) return ok(about, `Port ${port} of ${host} is Pennyblack's own: it is running.`);
      return fail(about, `Port ${port} of ${host} is in use by another program.`, `Set ${setting} to a free port.`);
    case 'EACCES':
      return fail(
        about,
        `Port ${port} may be opened by root only.`,
        `Set ${setting} to one from 1024 up and forward ${port} to it, or start as root.`,
      );
    case 'EADDRNOTAVAIL':
      return fail(about, `This machine has no address ${host}.`, 'Set PENNYBLACK_HOST to one that it has.');
    default:
      return fail(about, `Port ${port} of ${host} cannot be opened: ${wordsOf(error)}.`, `Set ${setting} to another.`);
  }
}

function tryToListen(host: string, port: number): Promise<unknown> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
