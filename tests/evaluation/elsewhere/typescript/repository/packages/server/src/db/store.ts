import { pool } from "../lib/pool";
import type { Hold } from "../services/holds";

export interface Ticket {
  row: number;
  number: number;
}

export interface Order {
  id: string;
  event: string;
  buyer: string;
  email: string;
  total: number;
  tickets: Ticket[];
}

export const store = {
  async order(id: string): Promise<Order | null> {
    return (await pool.query("SELECT * FROM orders WHERE id = $1", [id])).rows[0] ?? null;
  },
  async event(id: string) {
    return (await pool.query("SELECT * FROM events WHERE id = $1", [id])).rows[0] ?? null;
  },
  async createOrder(hold: Hold): Promise<Order> {
    const values = [hold.event, hold.buyer, hold.seats];
    return (await pool.query("SELECT * FROM create_order($1, $2, $3)", values)).rows[0];
  },
  async savePoster(event: string, poster: Buffer): Promise<void> {
    await pool.query("UPDATE events SET poster = $2 WHERE id = $1", [event, poster]);
  },
  async saveReport(event: string, rows: unknown[]): Promise<void> {
    await pool.query("INSERT INTO reports VALUES ($1, $2)", [event, JSON.stringify(rows)]);
  },
  transaction: pool.transaction,
};
