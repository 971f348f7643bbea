// The command that looks for what keeps mail from working.

import type { EgressTarget } from '../doctor/check-egress.ts';
import { examine } from '../doctor/examine.ts';
import type { StandaloneCommand } from './command.ts';

const defaultPort = 25;

function readTarget(word: string | undefined): EgressTarget | undefined {
  if (word === undefined) return undefined;
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(word);
  const host = match?.[1] ?? match?.[2];
  if (!match || host === undefined) throw new Error(`"${word}" is not a mail server: write it like mx.example.com:25.`);
  return { host, port: Number(match[3] ?? defaultPort) };
}

export const doctor: StandaloneCommand = {
  usage: 'doctor [<mail-server:port>]',
  summary: 'Looks at settings, disk, database, ports, DNS and the way out, and says how to mend each. Changes nothing.',
  runAlone: async ({ readSettings, clock, print }, [word]) => {
    const findings = await examine(readSettings, clock, readTarget(word));
    for (const { state, about, text, fix } of findings) {
      print(`${state.padEnd(5)} ${about.padEnd(12)} ${text}`);
      if (fix !== undefined) print(`${' '.repeat(19)}-> ${fix}`);
    }
    const count = (state: string) => findings.filter(finding => finding.state === state).length;
    print(`${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail`);
    return count('fail') > 0 ? 1 : 0;
  },
};
