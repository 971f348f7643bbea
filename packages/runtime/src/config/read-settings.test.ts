import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { integer, listeningPort, oneOf } from './kinds.ts';
import { type Environment, readSettings } from './read-settings.ts';
import { optionalSetting, setting } from './setting.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'settings-'));
after(() => rm(folder, { recursive: true }));

const definitions = {
  port: setting('OUR_PORT', listeningPort, { defaultValue: 3000, sentence: 'Port.' }),
  days: setting('OUR_RETENTION_DAYS', integer(1, 100, 'days'), { defaultValue: 45, sentence: 'Days.' }),
  password: optionalSetting('OUR_PASSWORD', oneOf(['sesame']), {
    defaultText: 'none',
    sentence: 'Word.',
    isSecret: true,
  }),
  address: optionalSetting('ADDRESS', oneOf(['here', 'there']), { defaultText: 'none', sentence: 'Place.' }),
};

function read(environment: Environment) {
  return readSettings({
    definitions,
    environment,
    prefix: 'OUR_',
    fileVariable: 'OUR_FILE',
    defaultFile: path.join(folder, 'absent.env'),
  });
}

async function fileWith(text: string): Promise<string> {
  const file = path.join(folder, 'settings.env');
  await writeFile(file, text);
  return file;
}

test('what is absent or empty takes its default', () => {
  const { values, problems, given } = read({ OUR_PORT: '', OUR_RETENTION_DAYS: ' 7 ', HOME: '/root' });
  assert.deepEqual(values, { port: 3000, days: 7, password: undefined, address: undefined });
  assert.deepEqual(problems, []);
  assert.deepEqual([...given], ['OUR_RETENTION_DAYS']);
});

test('every problem is told at once, and a secret value is not repeated', () => {
  const { problems } = read({ OUR_PORT: '70000', OUR_RETENTION_DAYS: '0', OUR_PASSWORD: 'open', ADDRESS: 'nowhere' });
  assert.deepEqual(problems, [
    'OUR_PORT must be a port number from 1 to 65535, or 0 for any free port, and is "70000".',
    'OUR_RETENTION_DAYS must be a whole number of days from 1 to 100, and is "0".',
    'OUR_PASSWORD must be one of sesame.',
    'ADDRESS must be one of here, there, and is "nowhere".',
  ]);
});

test('a name with a slip is answered with the name that was meant', () => {
  assert.deepEqual(read({ OUR_PROT: '1', our_port: '2' }).problems, [
    'OUR_PROT is not a setting of Pennyblack; did you mean OUR_PORT?',
  ]);
  assert.deepEqual(read({ OUR_ADDRESS: 'here' }).problems, [
    'OUR_ADDRESS is not a setting of Pennyblack; did you mean ADDRESS?',
  ]);
  assert.match(read({ OUR_SOMETHING_ELSE: '1' }).problems[0] ?? '', /see docs\/reference\/settings\.md/);
});

test('a file may hold settings; the environment wins over it', async () => {
  const file = await fileWith(`# ours\n\nOUR_PORT=4000\nexport OUR_RETENTION_DAYS = "9"\nADDRESS='there'\r\n`);
  const { values, problems } = read({ OUR_FILE: file, OUR_PORT: '5000' });
  assert.deepEqual(problems, []);
  assert.deepEqual(values, { port: 5000, days: 9, password: undefined, address: 'there' });
});

test('what is wrong in a file is told with its line', async () => {
  const file = await fileWith('OUR_PORT=x\nOUR_DAYS_RETENTION=4\nnonsense\nADDRESS=here\nADDRESS=there\n');
  assert.deepEqual(read({ OUR_FILE: file }).problems, [
    `${file}: line 3 is not of the form NAME=value.`,
    `${file}: ADDRESS is set twice, in lines 4 and 5; keep one.`,
    `${file}, line 2: OUR_DAYS_RETENTION is not a setting of Pennyblack; see docs/reference/settings.md for those there are.`,
    `OUR_PORT (${file}, line 1) must be a port number from 1 to 65535, or 0 for any free port, and is "x".`,
  ]);
});

test('a file that is named must be there', () => {
  assert.match(read({ OUR_FILE: '/nowhere/x.env' }).problems[0] ?? '', /^OUR_FILE names a file that cannot be read: /);
});
