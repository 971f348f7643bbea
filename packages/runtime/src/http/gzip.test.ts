import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { acceptsGzip, gzipText } from './gzip.ts';

test('gzip is used only where the other side names it, or names anything, without refusing it', () => {
  for (const header of ['gzip', 'GZIP', 'x-gzip', 'br, gzip;q=0.5', '*', 'deflate, *;q=0.1', 'gzip;q=1, *;q=0'])
    assert.equal(acceptsGzip(header), true, header);
  for (const header of [undefined, '', 'br', 'identity', 'gzip;q=0', 'gzip; q=0.000', '*;q=0', '*, gzip;q=0'])
    assert.equal(acceptsGzip(header), false, header);
});

test('what was compressed comes out as it was', async () => {
  assert.equal(gunzipSync(await gzipText('é'.repeat(3000))).toString(), 'é'.repeat(3000));
});
