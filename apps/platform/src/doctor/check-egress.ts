// Whether a mail server of the world answers us: most providers close port 25 outwards until they are asked.

import { connect, isIP } from 'node:net';
import type { Settings } from '../config.ts';
import { createResolver } from './check-dns.ts';
import { type Finding, fail, ok, warn, wordsOf } from './finding.ts';

const askedDomain = 'gmail.com';
const answerSecondsMax = 10;

export type EgressTarget = { host: string; port: number };

/** Where everything goes that has no route of its own; undefined when that is by MX. */
export function relayOf({ routes }: Pick<Settings, 'routes'>): EgressTarget | 'capture' | undefined {
  const all = routes.find(route => route.pattern === '*');
  if (!all) return undefined;
  return all.target.kind === 'capture' ? 'capture' : { host: all.target.host, port: all.target.port };
}

/** `given` is what the operator named; else the relay, else a large receiver. */
export async function checkEgress(settings: Settings, given: EgressTarget | undefined): Promise<Finding> {
  const relay = relayOf(settings);
  if (!given && relay === 'capture') return ok('egress', 'No mail leaves: PENNYBLACK_ROUTES captures all of it.');
  const target = given ?? (relay === 'capture' ? undefined : relay) ?? (await findReceiver(settings));
  if (!target) {
    const fix = 'Mend DNS first, or name a mail server: npm run pennyblack -- doctor mx.example.com:25';
    return warn('egress', `The mail servers of ${askedDomain} were not found, so nothing was tried.`, fix);
  }
  const place = `${target.host}:${target.port}`;
  const answer = await greet(await resolveHost(settings, target), settings.sourceAddress);
  if (answer.kind === 'failed') {
    const fix =
      `Ask your provider to open port ${target.port} outwards and look at the firewall, or send through a relay: ` +
      'PENNYBLACK_ROUTES=*=user:password@relay.example.com:587.';
    return fail('egress', `${place} cannot be reached: ${answer.why}.`, fix);
  }
  if (/^220[ -]/.test(answer.line)) return ok('egress', `${place} answers: ${answer.line}`);
  const fix = 'Its words say why; often the address is on a block list: look it up and ask to be removed.';
  return warn('egress', `${place} is reached and does not want us: ${answer.line}`, fix);
}

async function findReceiver(settings: Settings): Promise<EgressTarget | undefined> {
  const records = await createResolver(settings)
    .resolveMx(askedDomain)
    .catch(() => []); // Told by the caller.
  const [best] = records.toSorted((a, b) => a.priority - b.priority);
  return best && { host: best.exchange, port: settings.mxPort };
}

type Greeting = { kind: 'greeted'; line: string } | { kind: 'failed'; why: string };

/** By the name servers that deliveries ask. An empty host has no address. */
async function resolveHost(settings: Settings, { host, port }: EgressTarget): Promise<EgressTarget> {
  if (isIP(host) !== 0) return { host, port };
  if (host === 'localhost') return { host: '127.0.0.1', port }; // No name server knows it.
  const resolver = createResolver(settings);
  const none = () => []; // Told by the caller.
  const addresses = [...(await resolver.resolve4(host).catch(none)), ...(await resolver.resolve6(host).catch(none))];
  return { host: addresses[0] ?? '', port };
}

function greet({ host, port }: EgressTarget, localAddress: string | undefined): Promise<Greeting> {
  if (host === '') return Promise.resolve({ kind: 'failed', why: 'its name has no address' });
  return new Promise(resolve => {
    const socket = connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
    let text = '';
    const end = (greeting: Greeting) => {
      resolve(greeting);
      socket.destroy();
    };
    socket.setTimeout(answerSecondsMax * 1000, () =>
      end({ kind: 'failed', why: `no answer in ${answerSecondsMax} s` }),
    );
    socket.on('error', error => end({ kind: 'failed', why: wordsOf(error) }));
    socket.on('close', () => end({ kind: 'failed', why: 'the connection was closed without a word' }));
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
      const [line = '', rest] = text.split('\r\n', 2);
      if (rest === undefined) return;
      socket.write('QUIT\r\n');
      end({ kind: 'greeted', line });
    });
  });
}
