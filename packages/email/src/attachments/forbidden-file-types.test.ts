import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForbiddenFileName } from './forbidden-file-types.ts';

const listed =
  'vbs exe bin bat chm com cpl crt hlp hta inf ins isp jse lnk mdb pcd pif reg scr sct shs vbe vba wsf wsh wsl msc msi msp mst';

test('each listed file type is refused, in any case', () => {
  assert.equal(listed.split(' ').length, 31);
  for (const extension of listed.split(' ')) {
    assert.ok(isForbiddenFileName(`file.${extension}`), extension);
    assert.ok(isForbiddenFileName(`FILE.${extension.toUpperCase()}`), extension);
  }
});

test('other files pass, also with a listed type in the middle of their name', () => {
  const names = [
    'a.pdf',
    'logo.png',
    'exe',
    'setup.exe.txt',
    'shop.com.pdf',
    'a.exec',
    'a.js',
    'archive.zip',
    '',
    '.',
    '..',
  ];
  for (const name of names) assert.equal(isForbiddenFileName(name), false, name);
});

test('a name that becomes a forbidden one on the disk of the reader is refused', () => {
  const names = [
    'a.exe.',
    'a.exe ',
    'a.exe. . .',
    'a.exe\t',
    'a.exe\0',
    'photo.jpg.exe',
    'photo.jpg          .exe',
    '.exe',
    'a.exe\u00a0',
    'C:\\files\\a.exe',
  ];
  for (const name of names) assert.ok(isForbiddenFileName(name), JSON.stringify(name));
});

test('a very long name costs no more than its length', () => {
  assert.equal(isForbiddenFileName(`${' .'.repeat(500_000)}x`), false);
  assert.ok(isForbiddenFileName(`a.exe${' '.repeat(1_000_000)}`));
});
