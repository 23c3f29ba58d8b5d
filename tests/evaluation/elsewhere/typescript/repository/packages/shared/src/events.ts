export interface Event {
  id: string;
  title: string;
  starts: string;
  capacity: number;
  sold: number;
  held: number;
}

/** Held seats count: they may still be paid. */
export function isSoldOut(event: Event): boolean {
  return event.sold + event.held >= event.capacity;
}

export function startsSoon(event: Event, now: Date): boolean {
  return Date.parse(event.starts) - now.getTime() < 2 * 3_600_000;
}
