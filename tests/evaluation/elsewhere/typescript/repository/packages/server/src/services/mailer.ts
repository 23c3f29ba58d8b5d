import { seatLabel } from "@tickets/shared";
import type { Order } from "../db";
import { escapeHtml } from "../lib/html";
import { queue } from "../lib/queue";

export class Mailer {
  constructor(private readonly base: string) {}

  async confirm(order: Order): Promise<void> {
    const seats = order.tickets.map((ticket) => `<li>${seatLabel(ticket.row, ticket.number)}</li>`).join("");
    await this.send(order.email, "Your tickets", [
      `<p>Dear ${escapeHtml(order.buyer)},</p>`,
      `<ul>${seats}</ul>`,
      `<p><a href="${this.base}/orders/${order.id}/ticket.pdf">Print your tickets</a></p>`,
    ]);
  }

  async cancelled(order: Order): Promise<void> {
    await this.send(order.email, "Cancelled", ["<p>The event is cancelled. We pay you back.</p>"]);
  }

  private async send(to: string, subject: string, paragraphs: string[]): Promise<void> {
    await queue.send("mails", { to, subject, html: paragraphs.join("\n") });
  }

  async remind(order: Order): Promise<void> {
    await this.send(order.email, "See you tomorrow", ["<p>The event is tomorrow.</p>"]);
  }
}
