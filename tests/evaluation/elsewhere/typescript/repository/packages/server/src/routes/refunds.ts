import { Router } from "express";
import { store } from "../db";
import { payments } from "../services";

export const refunds = Router();

/** Pays several orders back, e.g. of an event that was cancelled. */
refunds.post("/", async (request, response) => {
  const ids: string[] = [...request.body.orders];
  ids.sort();
  await store.transaction(async (transaction) => {
    for (const id of ids) {
      const order = await transaction.lockOrder(id);
      await payments.refund(order.id, order.total);
      await transaction.markRefunded(id);
    }
  });
  response.sendStatus(204);
});
