// What no setting can know by itself: whether it fits the others, and whether the files it names are there.

import { accessSync, constants, readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

export type CheckedValues = {
  databaseUrl: string | undefined;
  secretKeys: unknown;
  tlsCert: string | undefined;
  tlsKey: string | undefined;
  geoDatabase: string | undefined;
  accountToken: string | undefined;
  serverToken: string | undefined;
  roles: readonly string[];
  retryDelaysInSeconds: readonly number[];
  httpPort: number;
  smtpPorts: readonly number[];
  smtpsPorts: readonly number[];
  inboundPort: number;
};

const fileSettings = {
  tlsCert: 'PENNYBLACK_TLS_CERT',
  tlsKey: 'PENNYBLACK_TLS_KEY',
  geoDatabase: 'PENNYBLACK_GEO_DATABASE',
} as const;

/** Settings that are right one by one and wrong together. */
export function problemsBetween(values: CheckedValues): string[] {
  const problems: string[] = [];
  if (values.databaseUrl !== undefined && values.secretKeys === undefined) {
    problems.push(
      'PENNYBLACK_SECRET_KEY is required with DATABASE_URL: set it to the same 32 random bytes in every process ' +
        '(make them with: openssl rand -base64 32).',
    );
  }
  if (values.tlsCert !== undefined && values.tlsKey === undefined) {
    problems.push('PENNYBLACK_TLS_CERT is set without PENNYBLACK_TLS_KEY: set both, or neither.');
  }
  if (values.tlsKey !== undefined && values.tlsCert === undefined) {
    problems.push('PENNYBLACK_TLS_KEY is set without PENNYBLACK_TLS_CERT: set both, or neither.');
  }
  if (values.accountToken !== undefined && values.accountToken.toLowerCase() === values.serverToken?.toLowerCase()) {
    problems.push('PENNYBLACK_ACCOUNT_TOKEN and PENNYBLACK_SERVER_TOKEN are the same: make them different.');
  }
  if (values.roles.length === 0) problems.push('PENNYBLACK_ROLES names no role: set it to all, or leave it out.');
  if (values.retryDelaysInSeconds.length === 0) {
    problems.push('PENNYBLACK_RETRY_SECONDS names no wait: give at least one, or leave it out.');
  }
  const ports = [
    ['PENNYBLACK_HTTP_PORT', values.httpPort],
    ...values.smtpPorts.map(port => ['PENNYBLACK_SMTP_PORT', port] as const),
    ...values.smtpsPorts.map(port => ['PENNYBLACK_SMTPS_PORT', port] as const),
    ['PENNYBLACK_INBOUND_PORT', values.inboundPort],
  ] as const;
  for (const [index, [name, number]] of ports.entries()) {
    const same = ports.slice(0, index).find(each => each[1] === number && number !== 0);
    if (!same) continue;
    problems.push(
      same[0] === name
        ? `${name} names the port ${number} twice: name it once.`
        : `${name} and ${same[0]} are both ${number}: give each listener a port of its own.`,
    );
  }
  if (values.smtpPorts.length + values.smtpsPorts.length === 0) {
    problems.push('PENNYBLACK_SMTP_PORT names no port: give at least one, or leave it out.');
  }
  return problems;
}

/** Files that settings name and this process cannot use. */
export function problemsOfFiles(values: CheckedValues): string[] {
  const problems: string[] = [];
  for (const key of ['tlsCert', 'tlsKey', 'geoDatabase'] as const) {
    const file = values[key];
    if (file === undefined) continue;
    try {
      accessSync(file, constants.R_OK);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      problems.push(`${fileSettings[key]} names a file that cannot be read: ${words}.`);
    }
  }
  const { tlsCert, tlsKey } = values;
  if (problems.length > 0 || tlsCert === undefined || tlsKey === undefined) return problems;
  try {
    createSecureContext({ cert: readFileSync(tlsCert), key: readFileSync(tlsKey) });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    problems.push(`PENNYBLACK_TLS_CERT and PENNYBLACK_TLS_KEY do not make a pair of certificate and key: ${words}.`);
  }
  return problems;
}
