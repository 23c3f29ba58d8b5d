/** How often a digest comes. The database keeps the index, so that new ones may only be added at the end. */
export const FREQUENCIES = ['off', 'weekly', 'daily'] as const;

export type Frequency = (typeof FREQUENCIES)[number];

export function isFrequency(value: unknown): value is Frequency {
  return (FREQUENCIES as readonly unknown[]).includes(value);
}

/** The frequency that a row holds; rows of the previous version have only the switch. */
export function fromRow(number: number | null, isOn: boolean): Frequency {
  if (number === null) {
    return isOn ? 'daily' : 'off';
  }
  const frequency = FREQUENCIES[number];
  if (frequency === undefined) {
    throw new RangeError(`unknown frequency ${number}`);
  }
  return frequency;
}

export function toNumber(frequency: Frequency): number {
  return FREQUENCIES.indexOf(frequency);
}
