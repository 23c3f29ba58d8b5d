import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FREQUENCIES, fromRow, isFrequency, toNumber } from '../src/frequency.js';

test('a frequency survives the database', () => {
  for (const frequency of FREQUENCIES) {
    assert.equal(fromRow(toNumber(frequency), frequency !== 'off'), frequency);
  }
});

test('rows of the previous version have only the switch', () => {
  assert.equal(fromRow(null, true), 'daily');
  assert.equal(fromRow(null, false), 'off');
});

test('what a form sends is checked', () => {
  assert.ok(isFrequency('weekly'));
  assert.ok(!isFrequency('hourly'));
  assert.ok(!isFrequency(1));
});
