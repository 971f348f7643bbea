// All that the doctor looks at, in the order in which one thing depends on another.

import type { Clock } from '@pennyblack/runtime/clock.ts';
import { SettingsRefused } from '@pennyblack/runtime/config/read-settings.ts';
import { hasEmbeddedPostgres } from '@pennyblack/runtime/database/embedded-postgres.ts';
import type { Settings } from '../config.ts';
import { checkDatabase } from './check-database.ts';
import { checkDns } from './check-dns.ts';
import { checkEgress, type EgressTarget, relayOf } from './check-egress.ts';
import { checkCertificate, checkDisk, checkSecretKey } from './check-machine.ts';
import { checkPorts } from './check-ports.ts';
import { type Finding, fail, ok, wordsOf } from './finding.ts';

/** Changes nothing. `egress` is the mail server to try instead of the one that it would choose. */
export async function examine(
  readSettings: () => Settings,
  clock: Clock,
  egress: EgressTarget | undefined,
): Promise<Finding[]> {
  let settings: Settings;
  try {
    settings = readSettings();
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error;
    return error.sentences.map(sentence => fail('settings', sentence, 'Do what the sentence says, then look again.'));
  }
  const { databaseUrl, dataFolder } = settings;
  const delivers = settings.roles.has('delivery') && relayOf(settings) === undefined;
  const hasDatabase = databaseUrl !== undefined || (await hasEmbeddedPostgres(dataFolder));
  const looks = [
    attempt('disk', () => checkDisk(settings)),
    attempt('secret key', () => checkSecretKey(settings, hasDatabase)),
    attempt('database', () => checkDatabase(settings, clock)),
    attempt('ports', () => checkPorts(settings)),
    attempt('certificate', () => checkCertificate(settings, clock.now())),
    attempt('DNS', () => checkDns(settings, delivers)),
    attempt('egress', () => checkEgress(settings, egress)),
  ];
  return [ok('settings', 'All of them can be used.'), ...(await Promise.all(looks)).flat()];
}

/** One look that cannot be taken does not hide the others. */
async function attempt(about: string, look: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    return [fail(about, wordsOf(error), 'Mend what the sentence says, then look again.')];
  }
}
