import { Router } from "express";
import { store } from "../db";
import { queue } from "../lib/queue";

export const reports = Router();

reports.post("/:event", async (request, response) => {
  await queue.send("reports.wanted", { event: request.params.event });
  response.sendStatus(202);
});

queue.listen("reports.made", async (message) => {
  await store.saveReport(message.event, message.rows);
});
