import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Order } from '../src/orders.js';
import { RefundError, difference, markRefunded, remaining } from '../src/refunds/lines.js';

const ORDER: Order = {
  id: 'o-1',
  charge: 'ch-1',
  currency: 'EUR',
  lines: [
    { sku: 'cup', quantity: 3, price: { amount: 450, currency: 'EUR' }, refunded: 1 },
    { sku: 'pot', quantity: 1, price: { amount: 2999, currency: 'EUR' }, refunded: 0 },
  ],
  shipping: { amount: 495, currency: 'EUR' },
  version: 4,
};

test('one piece of a line', () => {
  const after = markRefunded(ORDER, new Map([['cup', 1]]));

  assert.equal(after.lines[0]?.refunded, 2);
  assert.equal(difference(ORDER, after).amount, 450);
});

test('the shipping fee goes back with the last piece', () => {
  const after = markRefunded(ORDER, remaining(ORDER));

  assert.equal(difference(ORDER, after).amount, 2 * 450 + 2999 + 495);
});

test('no more pieces than were bought', () => {
  assert.throws(() => markRefunded(ORDER, new Map([['cup', 3]])), RefundError);
  assert.throws(() => markRefunded(ORDER, new Map([['cup', -1]])), RefundError);
  assert.throws(() => markRefunded(ORDER, new Map([['jug', 1]])), RefundError);
});
