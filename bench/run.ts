// The entry point of the benches: `npm run bench -- NAME [options]`. Each bench runs its references beside the product,
// in turns, on the same machine and disk: the ratios count, not the figures. docs/operating/performance.md explains them.

import { parseArgs } from 'node:util';
import { benchAccept } from './accept.ts';
import { benchDeliver } from './deliver.ts';
import { describeOtherWork } from './harness/busy-machine.ts';
import { requirePackages } from './harness/packages.ts';
import { runInSession, type Session } from './harness/session.ts';
import { benchInbound } from './inbound.ts';
import type { BenchOptions } from './options.ts';
import { benchRender } from './render.ts';
import { benchStats } from './stats.ts';
import { benchSubmit } from './submit.ts';
import { benchTrack } from './track.ts';
import { benchWebhooks } from './webhooks.ts';

type Bench = { does: string; packages: readonly string[]; run(session: Session, options: BenchOptions): Promise<void> };

const benches: Readonly<Record<string, Bench>> = {
  accept: { does: 'taking messages over HTTP', packages: ['postfix'], run: benchAccept },
  deliver: {
    does: 'from the API to a mail server, signed and recorded',
    packages: ['postfix', 'opendkim', 'opendkim-tools'],
    run: benchDeliver,
  },
  submit: { does: 'taking messages over SMTP, with a login', packages: ['postfix'], run: benchSubmit },
  inbound: { does: 'mail from the world, from SMTP to the webhook', packages: ['postfix'], run: benchInbound },
  track: { does: 'pixels and links of tracked mail', packages: [], run: benchTrack },
  stats: { does: 'statistics over ten million recorded events', packages: [], run: benchStats },
  webhooks: { does: 'calls of webhooks to a trivial receiver', packages: [], run: benchWebhooks },
  render: { does: 'templates, beside mustache and handlebars', packages: [], run: benchRender },
};

const usage = `npm run bench -- NAME [options]

${Object.entries(benches)
  .map(([name, { does }]) => `  ${name.padEnd(12)} ${does}`)
  .join('\n')}

  --rounds N     how often product and references take turns (3)
  --seconds N    length of one run of the load generator (3)
  --messages N   messages of one run where they are counted (5000)
  --folder DIR   where databases and queues lie while it runs (a new folder in the system's temporary one)
  --profile      says where the time goes, instead of measuring: functions, event loop, SQL statements
  --install      as root: installs the Debian packages that are missing (apt-get; their services are not started)`;

function readOptions(): { name: string; options: BenchOptions; install: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      messages: { type: 'string', default: '5000' },
      folder: { type: 'string' },
      profile: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
    },
  });
  const whole = (option: string, text: string) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${option} takes a whole number from 1 up.`);
    return number;
  };
  return {
    name: positionals[0] ?? '',
    install: values.install,
    options: {
      rounds: whole('rounds', values.rounds),
      seconds: whole('seconds', values.seconds),
      messages: whole('messages', values.messages),
      folder: values.folder,
      isProfile: values.profile,
    },
  };
}

try {
  const { name, options, install } = readOptions();
  const bench = benches[name];
  if (bench === undefined) {
    console.error(usage);
    process.exitCode = 1;
  } else {
    if (!options.isProfile) requirePackages(bench.packages, install);
    const otherWork = await describeOtherWork();
    if (otherWork) console.log(`${otherWork}\n`);
    await runInSession(options.folder, session => bench.run(session, options));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
