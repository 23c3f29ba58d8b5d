import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseRange } from '../src/ranges.js';

const RANGES = [
  [undefined, null],
  ['bytes=0-9', { start: 0, end: 9 }],
  ['bytes=90-', { start: 90, end: 99 }],
  ['bytes=90-500', { start: 90, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-500', { start: 0, end: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=9-0', null],
  ['bytes=-', null],
  ['bytes=0-1,5-6', null],
  ['lines=0-9', null],
];

for (const [header, range] of RANGES) {
  test(`the range of ${header}`, () => {
    assert.deepEqual(parseRange(header, 100), range);
  });
}

test('an empty file has no ranges', () => {
  assert.equal(parseRange('bytes=0-', 0), 'unsatisfiable');
  assert.equal(parseRange(undefined, 0), null);
});
