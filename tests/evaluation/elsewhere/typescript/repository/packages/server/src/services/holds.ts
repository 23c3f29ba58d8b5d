import { randomUUID } from "node:crypto";
import { HOLD_SECONDS } from "@tickets/shared";

export interface Hold {
  id: string;
  event: string;
  seats: number[];
  buyer: string;
  until: number;
}

export class Holds {
  private readonly held = new Map<string, Hold>();

  async take(event: string, seats: number[], buyer: string, now = Date.now()): Promise<Hold | null> {
    const others = [...this.held.values()].filter((hold) => hold.event === event && hold.until > now);
    const own = others.find((hold) => hold.buyer === buyer && same(hold.seats, seats));
    if (own) {
      own.until = now + HOLD_SECONDS * 1000;
      return own;
    }
    if (others.some((hold) => hold.seats.some((seat) => seats.includes(seat)))) return null;
    const hold = { id: randomUUID(), event, seats, buyer, until: now + HOLD_SECONDS * 1000 };
    this.held.set(hold.id, hold);
    return hold;
  }

  async release(id: string): Promise<void> {
    this.held.delete(id);
  }
}

function same(a: number[], b: number[]): boolean {
  return a.length === b.length && a.every((seat) => b.includes(seat));
}
