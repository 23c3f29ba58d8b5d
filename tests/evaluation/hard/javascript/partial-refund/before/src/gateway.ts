/** The payment gateway's interface. Its amounts are decimal numbers as text: "12.50". */

export interface RefundRequest {
  readonly charge: string;
  /** Left out: all of the charge. */
  readonly amount?: string;
  readonly currency?: string;
  /** Requests with the same reference are carried out once. */
  readonly reference: string;
}

export interface Refunded {
  readonly id: string;
  readonly status: 'pending' | 'done';
}

export class Gateway {
  constructor(
    private readonly baseUrl: string,
    private readonly secret: string,
  ) {}

  async refund(request: RefundRequest): Promise<Refunded> {
    const answer = await fetch(`${this.baseUrl}/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (!answer.ok) {
      throw new Error(`gateway: ${answer.status} ${await answer.text()}`);
    }
    return (await answer.json()) as Refunded;
  }
}
