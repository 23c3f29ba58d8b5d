import type { RefundRequest } from './gateway.js';
import type { Money } from './money.js';

export interface Line {
  readonly sku: string;
  readonly quantity: number;
  /** The price of one piece. */
  readonly price: Money;
  readonly refunded: number;
}

export interface Order {
  readonly id: string;
  readonly charge: string;
  readonly currency: string;
  /** One for each article. */
  readonly lines: readonly Line[];
  readonly shipping: Money;
  /** Grows with every change; saving an older version fails. */
  readonly version: number;
}

export interface Orders {
  load(id: string): Promise<Order>;
  /** Saves an order, and queues a refund in the same transaction; a worker hands it to the gateway as it is. */
  save(order: Order, refund?: RefundRequest): Promise<void>;
}
