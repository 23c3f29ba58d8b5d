import { toDecimal } from '../money.js';
import type { Order, Orders } from '../orders.js';
import { type Quantities, RefundError, difference, markRefunded, remaining } from './lines.js';

export { RefundError } from './lines.js';

export class RefundService {
  constructor(private readonly orders: Orders) {}

  /** Pays back what is left of an order. */
  async refund(id: string): Promise<void> {
    const order = await this.orders.load(id);
    await this.payBack(order, markRefunded(order, remaining(order)));
  }

  /** Pays back some pieces of an order. */
  async refundLines(id: string, wanted: Quantities): Promise<void> {
    const order = await this.orders.load(id);
    await this.payBack(order, markRefunded(order, wanted));
  }

  private async payBack(before: Order, after: Order): Promise<void> {
    const total = difference(before, after);
    if (total.amount <= 0) {
      throw new RefundError(`order ${before.id}: nothing to refund`);
    }
    // Of two refunds at the same time, the second fails here, as its version is old.
    await this.orders.save(after, {
      charge: before.charge,
      amount: toDecimal(total),
      currency: total.currency,
      // The version tells several refunds of one order apart.
      reference: `refund-${before.id}-${before.version}`,
    });
  }
}
