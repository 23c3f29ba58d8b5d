import type { Orders } from '../orders.js';

export class RefundError extends Error {}

export class RefundService {
  constructor(private readonly orders: Orders) {}

  /** Pays back a whole order. */
  async refund(id: string): Promise<void> {
    const order = await this.orders.load(id);
    if (order.lines.some((line) => line.refunded > 0)) {
      throw new RefundError(`order ${id} was refunded before`);
    }
    const lines = order.lines.map((line) => ({ ...line, refunded: line.quantity }));
    await this.orders.save({ ...order, lines }, { charge: order.charge, reference: `refund-${id}` });
  }
}
