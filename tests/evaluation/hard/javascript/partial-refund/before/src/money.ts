/** An amount of money in the minor unit of its currency: 1250 EUR are 12.50 €. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

const DIGITS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, KWD: 3 };

export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) {
    throw new TypeError(`cannot add ${b.currency} to ${a.currency}`);
  }
  return { amount: a.amount + b.amount, currency: a.currency };
}

export function times(money: Money, count: number): Money {
  return { amount: money.amount * count, currency: money.currency };
}

export function zero(currency: string): Money {
  return { amount: 0, currency };
}

/** The amount in the major unit, with a point: "12.50". */
export function toDecimal({ amount, currency }: Money): string {
  const digits = DIGITS[currency] ?? 2;
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${amount < 0 ? '-' : ''}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ''}`;
}
