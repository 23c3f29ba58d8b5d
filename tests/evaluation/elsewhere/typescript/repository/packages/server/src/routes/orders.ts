import { Router } from "express";
import { MAX_SEATS } from "@tickets/shared";
import { store } from "../db";
import { holds, mailer, payments } from "../services";
import { ticketPdf } from "../services/pdf";

export const orders = Router();

orders.post("/", async (request, response) => {
  const { event, seats, buyer } = request.body;
  if (seats.length > MAX_SEATS) return response.status(400).json({ error: "too many seats" });
  const hold = await holds.take(event, seats, buyer);
  if (!hold) return response.sendStatus(409);
  const order = await store.createOrder(hold);
  response.status(201).json(order);
});

orders.post("/:id/pay", async (request, response) => {
  const order = await store.order(request.params.id);
  if (!order) return response.sendStatus(404);
  await payments.authorise(order.id, order.total, request.body.card);
  await payments.capture(order.id);
  await mailer.confirm(order);
  response.sendStatus(204);
});

orders.get("/:id/ticket.pdf", async (request, response) => {
  const order = await store.order(request.params.id);
  if (!order) return response.sendStatus(404);
  response.type("pdf").send(await ticketPdf(order));
});
