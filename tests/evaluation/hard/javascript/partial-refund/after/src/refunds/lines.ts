import { type Money, add, times, zero } from '../money.js';
import type { Line, Order } from '../orders.js';

/** How many pieces to refund, by article. */
export type Quantities = ReadonlyMap<string, number>;

export class RefundError extends Error {}

/** All pieces that have not been refunded yet. */
export function remaining(order: Order): Quantities {
  return new Map(order.lines.map((line) => [line.sku, line.quantity - line.refunded]));
}

/** The order with these pieces marked as refunded. Throws `RefundError` if there are not so many. */
export function markRefunded(order: Order, wanted: Quantities): Order {
  for (const sku of wanted.keys()) {
    if (!order.lines.some((line) => line.sku === sku)) {
      throw new RefundError(`order ${order.id} has no article ${sku}`);
    }
  }
  return { ...order, lines: order.lines.map((line) => mark(line, wanted.get(line.sku) ?? 0)) };
}

function mark(line: Line, count: number): Line {
  const left = line.quantity - line.refunded;
  if (!Number.isInteger(count) || count < 0 || count > left) {
    throw new RefundError(`${line.sku}: ${count} of ${left} pieces cannot be refunded`);
  }
  return count === 0 ? line : { ...line, refunded: line.refunded + count };
}

/** What to pay back when an order goes from one state to the next. */
export function difference(before: Order, after: Order): Money {
  const pieces = after.lines
    .map((line, index) => times(line.price, line.refunded - (before.lines[index]?.refunded ?? 0)))
    .reduce(add, zero(after.currency));
  const isLast = !isComplete(before) && isComplete(after);
  return isLast ? add(pieces, after.shipping) : pieces;
}

function isComplete(order: Order): boolean {
  return order.lines.every((line) => line.refunded === line.quantity);
}
