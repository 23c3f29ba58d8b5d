import { Router } from "express";
import { isSoldOut, tooLarge } from "@tickets/shared";
import { store } from "../db";

export const events = Router();

events.get("/:id", async (request, response) => {
  const event = await store.event(request.params.id);
  if (!event) return response.sendStatus(404);
  response.json({ ...event, soldOut: isSoldOut(event) });
});

events.put("/:id/poster", async (request, response) => {
  const poster = Buffer.from(request.body.poster, "base64");
  if (tooLarge(poster.length)) return response.sendStatus(413);
  await store.savePoster(request.params.id, poster);
  response.sendStatus(204);
});
