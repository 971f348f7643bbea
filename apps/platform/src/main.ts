// The entry point: reads settings, starts the platform, says how to use it, and stops it on a signal.

import { SettingsRefused } from '@pennyblack/runtime/config/read-settings.ts';
import { createLifecycle, stopOnSignals } from '@pennyblack/runtime/lifecycle/lifecycle.ts';
import { createLog } from '@pennyblack/runtime/log/log.ts';
import { loadSettings, type Settings } from './config.ts';
import { describeStart } from './describe-start.ts';
import { partsOfRoles } from './roles.ts';
import { StartRefused, startPlatform } from './start-platform.ts';

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
const log = createLog(settings.logLevel);
const lifecycle = createLifecycle(log);
stopOnSignals(lifecycle, log);

try {
  const running = await startPlatform(settings, partsOfRoles, lifecycle, log);
  console.log(await describeStart(settings, running));
} catch (error) {
  // A refusal is the operator's to mend, so it is a sentence; anything else is ours, so it has a stack.
  if (error instanceof StartRefused) console.error(`Pennyblack cannot start: ${error.message}`);
  else log.fatal({ error }, 'the start failed');
  await lifecycle.stop();
  process.exit(1);
}
