import { bank } from "../lib/bank";

const SETTLED = new Set(["captured", "refunded"]);

export class Payments {
  async authorise(order: string, cents: number, card: string): Promise<void> {
    await bank.post("/authorisations", { reference: order, amount: cents, card });
  }

  async capture(order: string): Promise<void> {
    await new Promise((done) => setTimeout(done, 250));
    await bank.post(`/authorisations/${order}/capture`, {});
  }

  async refund(order: string, cents: number): Promise<void> {
    await bank.post(`/authorisations/${order}/refund`, { amount: cents });
  }

  async isSettled(order: string): Promise<boolean> {
    const found = await bank.get(`/authorisations/${order}`);
    return SETTLED.has(found.state);
  }
}
