import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after } from 'node:test';
import { hashToken } from './hash-token.ts';
import { loadOrCreateSecretKeys, parseSecretKeys } from './secret-key.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'secret-key-'));
after(() => rm(folder, { recursive: true }));

test('keys are read as hexadecimal digits or base64, in both alphabets, one or several', () => {
  const key = Buffer.alloc(32, 0xfb);
  for (const text of [key.toString('hex'), key.toString('base64'), key.toString('base64url')]) {
    assert.deepEqual(parseSecretKeys(text), [key]);
  }
  assert.deepEqual(parseSecretKeys(`${key.toString('base64')}, ${'00'.repeat(32)}`), [key, Buffer.alloc(32)]);
  for (const text of [
    '',
    'secret',
    'ab'.repeat(31),
    'ab'.repeat(33),
    `${key.toString('hex')},`,
    `,${'00'.repeat(32)}`,
  ]) {
    assert.equal(parseSecretKeys(text), undefined, text);
  }
});

test('the first start makes a key, all later ones read it, and racing ones agree', async () => {
  const dataFolder = path.join(folder, 'fresh');
  const racing = await Promise.all([1, 2, 3].map(() => loadOrCreateSecretKeys(dataFolder)));
  for (const keys of racing) assert.deepEqual(keys, racing[0]);
  assert.deepEqual(await loadOrCreateSecretKeys(dataFolder), racing[0]);
  assert.deepEqual(await readdir(dataFolder), ['secret-key']);
  assert.equal((await stat(path.join(dataFolder, 'secret-key'))).mode & 0o777, 0o600);
});

test('a key that others can read, or that is none, stops the start with a sentence', async () => {
  const dataFolder = path.join(folder, 'open');
  await loadOrCreateSecretKeys(dataFolder);
  const file = path.join(dataFolder, 'secret-key');
  await chmod(file, 0o644);
  await assert.rejects(loadOrCreateSecretKeys(dataFolder), /can be read by other users. Run: chmod 600/);
  await chmod(file, 0o600);
  await writeFile(file, 'not a key\n');
  await assert.rejects(loadOrCreateSecretKeys(dataFolder), /does not hold secret keys/);
});

test('a token is looked up by SHA-256 (FIPS 180-4, "abc")', () => {
  assert.equal(hashToken('abc').toString('hex'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
