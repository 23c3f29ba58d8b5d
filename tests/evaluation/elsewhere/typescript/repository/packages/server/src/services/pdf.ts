import type { Order } from "../db";
import { render } from "../lib/pdf";

export async function ticketPdf(order: Order): Promise<Buffer> {
  return render("ticket", { order });
}
