import assert from 'node:assert/strict';
import { test } from 'node:test';

import { byUrgency } from '../src/order.js';

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

function thread(id, changes = {}) {
  return {
    id,
    pinned: false,
    position: 0,
    dueAt: null,
    snoozedUntil: null,
    lastActivity: NOW - HOUR,
    ...changes,
  };
}

function sorted(...threads) {
  return threads.sort(byUrgency(NOW)).map(({ id }) => id);
}

test('pinned threads are on top, as they were arranged', () => {
  assert.deepEqual(
    sorted(
      thread('1'),
      thread('2', { pinned: true, position: 1 }),
      thread('3', { pinned: true, position: 0, snoozedUntil: NOW + HOUR }),
    ),
    ['3', '2', '1'],
  );
});

test('due dates come in their order', () => {
  assert.deepEqual(sorted(thread('1', { dueAt: NOW + 2 * HOUR }), thread('2', { dueAt: NOW + HOUR })), ['2', '1']);
});

test('without due dates, the last activity counts', () => {
  assert.deepEqual(sorted(thread('1'), thread('2', { lastActivity: NOW })), ['2', '1']);
});

test('snoozed threads are at the bottom until their time has come', () => {
  const woken = thread('1', { snoozedUntil: NOW, lastActivity: NOW });
  const asleep = thread('2', { snoozedUntil: NOW + 1, lastActivity: NOW });

  assert.deepEqual(sorted(asleep, thread('3'), woken), ['1', '3', '2']);
});

test('equal threads keep a fixed order', () => {
  assert.deepEqual(sorted(thread('10'), thread('9'), thread('100')), ['9', '10', '100']);
});
