// Reads a dialogue file. One line, one step:
//
//   # why, with the rule and its RFC       the first line is the name of the test
//   @ listener {"limits": {…}}             on a listener of its own instead of the platform; the first step if at all
//   C: text      R: bytes                  the client sends a line; bytes with \r \n \0 \xNN and no line end of their own
//   S: pattern                             one line of the server; * stands for any text
//   C*9: …  R*9: …  S*9: …                 so many times
//   T:                                     the client begins TLS
//   N:           N: tls                    a new connection; on the port that is encrypted from the first byte
//   E:                                     the server ends the connection, and has said nothing more
//   L:                                     the client is greeted, says EHLO and logs in with its token
//   M: 2                                   so many messages with {id} in their subject are stored
//
// Steps of the client that follow one another go out in one packet. A dialogue that does not end with E: ends with QUIT.

export type Step =
  | { kind: 'send'; text: string; isRaw: boolean; times: number }
  | { kind: 'expect'; pattern: string }
  | { kind: 'tls' | 'end' }
  | { kind: 'connect'; isImplicitTls: boolean }
  | { kind: 'stored'; count: number };

export type NumberedStep = Step & { line: number };

export type Dialogue = {
  title: string;
  /** Undefined: on the platform. */
  listener: Record<string, unknown> | undefined;
  steps: NumberedStep[];
};

const stepPattern = /^([A-Z])(?:\*(\d+))?:(?: (.*))?$/s;

/** @throws Error that names the line. */
export function readDialogue(text: string): Dialogue {
  const lines = text.split('\n');
  const title = lines[0]?.replace(/^# */, '') ?? '';
  let listener: Dialogue['listener'];
  const steps: NumberedStep[] = [];
  for (const [index, written] of lines.entries()) {
    const line = index + 1;
    if (written.trim() === '' || written.startsWith('#')) continue;
    if (written.startsWith('@ listener')) {
      listener = JSON.parse(written.slice('@ listener'.length).trim() || '{}');
      continue;
    }
    const [, letter = '', times = '1', rest = ''] = stepPattern.exec(written) ?? [];
    for (const step of toSteps(letter, Number(times), rest)) steps.push({ ...step, line });
    if (letter === '') throw new Error(`line ${line} is no step: ${written}`);
  }
  if (title === '' || steps.length === 0) throw new Error('a dialogue has a title and steps');
  return { title, listener, steps };
}

const say = (text: string): Step => ({ kind: 'send', text, isRaw: false, times: 1 });
const hear = (pattern: string): Step => ({ kind: 'expect', pattern });
const offersBeforeTls = 9;
const logIn: Step[] = [
  hear('220 {host} ESMTP'),
  say('EHLO client.test'),
  ...Array.from({ length: offersBeforeTls }, () => hear('250*')),
  say('AUTH PLAIN {plain user password}'),
  hear('235 2.7.0 Authentication successful'),
];

function toSteps(letter: string, times: number, text: string): Step[] {
  switch (letter) {
    case 'C':
      return [{ kind: 'send', text, isRaw: false, times }];
    case 'R':
      return [{ kind: 'send', text, isRaw: true, times }];
    case 'S':
      return Array.from({ length: times }, () => ({ kind: 'expect', pattern: text }) as const);
    case 'T':
      return [{ kind: 'tls' }];
    case 'E':
      return [{ kind: 'end' }];
    case 'N':
      return [{ kind: 'connect', isImplicitTls: text === 'tls' }];
    case 'L':
      return logIn;
    case 'M':
      return [{ kind: 'stored', count: Number(text) }];
    default:
      return [];
  }
}
