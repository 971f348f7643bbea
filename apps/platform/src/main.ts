// The entry point: reads settings, starts the platform, says how to use it, and stops it on a signal.

import { SettingsRefused } from '@pennyblack/runtime/config/read-settings.ts';
import { createLifecycle, stopOnSignals } from '@pennyblack/runtime/lifecycle/lifecycle.ts';
import { createLog } from '@pennyblack/runtime/log/log.ts';
import { loadSettings, type Settings } from './config.ts';

function readSettingsOrExit(): Settings {
  try {
    return loadSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error;
    for (const sentence of error.sentences) console.error(`Pennyblack cannot start: ${sentence}`);
    process.exit(1);
  }
}

const settings = readSettingsOrExit();
// Only now: a mistake in the settings is told before a thousand files are read.
const { StartRefused, startPlatform } = await import('./start-platform.ts');
const { describeStart } = await import('./describe-start.ts');
const { partsOfRoles } = await import('./roles.ts');

const log = createLog(settings.logLevel);
const lifecycle = createLifecycle(log);
stopOnSignals(lifecycle, log);

try {
  const running = await startPlatform(settings, partsOfRoles, lifecycle, log);
  console.log(await describeStart(settings, running));
} catch (error) {
  // Nearly every reason is the operator's to mend and says how (a folder in use, a key of another database), so the
  // sentence comes last, where it is seen. What was not foreseen has its stack in the log before it.
  if (!(error instanceof StartRefused)) log.fatal({ error }, 'the start failed');
  console.error(`Pennyblack cannot start: ${error instanceof Error ? error.message : String(error)}`);
  await lifecycle.stop();
  process.exit(1);
}
