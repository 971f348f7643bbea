// What an operator reads after the start: where the platform listens, the tokens, and two commands to try it.

import type { Settings } from './config.ts';
import { readAccountTokens } from './features/accounts/read-accounts.ts';
import { readServersWithTokens, type ServerWithToken } from './features/servers/read-servers.ts';
import type { RunningPlatform } from './start-platform.ts';

function sendCommand(publicUrl: string, token: string): string {
  return [
    `curl ${publicUrl}/email \\`,
    `  -H 'Accept: application/json' -H 'Content-Type: application/json' \\`,
    `  -H 'X-Postmark-Server-Token: ${token}' \\`,
    `  -d '{"From":"hello@example.com","To":"you@example.com","Subject":"First message","TextBody":"It works."}'`,
  ].join('\n');
}

function readCommand(publicUrl: string, token: string): string {
  return [
    `curl "${publicUrl}/messages/outbound?count=1&offset=0" \\`,
    `  -H 'Accept: application/json' -H 'X-Postmark-Server-Token: ${token}'`,
  ].join('\n');
}

function mailFromTheWorld({ roles, host, inboundPort, mailHostname }: Settings): string {
  if (!roles.has('inbound')) return 'not taken by this process (role inbound)';
  return `host ${host}, port ${inboundPort}: bounces and complaints come back to ${mailHostname}, and mail for inbound addresses is taken (docs/operating/dns.md)`;
}

function submission({ roles, host, smtpPorts, smtpsPorts, smtpCleartextAuth, mailHostname }: Settings): string[] {
  if (!roles.has('smtp')) return ['  SMTP settings          not taken by this process (role smtp)'];
  const ports = [...smtpPorts, ...smtpsPorts.map(port => `${port} (TLS)`)].join(', ');
  const name = host === '0.0.0.0' || host === '::' ? mailHostname : host;
  return [
    `  SMTP settings          host ${name}, port ${ports}, user and password: a server token (the same twice)`,
    `                         STARTTLS ${smtpCleartextAuth ? 'is offered' : 'must come before AUTH'}; or user and password of an SMTP token (docs/guide/smtp.md)`,
  ];
}

/** Tokens are shown at each start, on the operator's own terminal. */
export async function describeStart(settings: Settings, running: RunningPlatform): Promise<string> {
  const servers = await readServersWithTokens(running.db.reads, running.keyRing);
  const accounts = await readAccountTokens(running.db.reads, running.keyRing);
  const firstOf = (type: ServerWithToken['deliveryType']) => servers.find(server => server.deliveryType === type);
  const live = firstOf('Live');
  const sandbox = firstOf('Sandbox');
  const { publicUrl } = running;
  const lines = [
    '',
    `Pennyblack is ready at ${publicUrl}${running.isFirstStart ? ' (first start: an account and two servers were made)' : ''}`,
    '',
    `  Account token          ${accounts[0]?.token ?? '(none)'}`,
    `  Live server token      ${live?.token ?? '(none)'}`,
    `  Sandbox server token   ${sandbox?.token ?? '(none)'}`,
    ...submission(settings),
    `  Mail from the world    ${mailFromTheWorld(settings)}`,
    `  Health, metrics, API   ${publicUrl}/health/ready  ${publicUrl}/metrics  ${publicUrl}/openapi.json`,
  ];
  if (!settings.mailHostname.includes('.')) {
    lines.push(
      '',
      `  PENNYBLACK_MAIL_HOSTNAME is "${settings.mailHostname}", which is no full name: set it to the name that the world`,
      '  knows this machine by, such as mail.example.com, before you send real mail.',
    );
  }
  if (!sandbox) return lines.join('\n');
  lines.push(
    '',
    'Send a first message through the sandbox server (it goes all the way, and nowhere):',
    '',
    sendCommand(publicUrl, sandbox.token),
    '',
    'See what became of it:',
    '',
    readCommand(publicUrl, sandbox.token),
    '',
  );
  return lines.join('\n');
}
