import { expect, test } from "vitest";
import { client } from "./client";

test.each([
  [{ event: "gala", seats: [], buyer: "ana" }, 201],
  [{ event: "gala", seats: [1, 2, 3, 4, 5, 6, 7, 8, 9], buyer: "ana" }, 400],
  [{ event: "gala", seats: [1], buyer: "ben" }, 201],
])("POST /orders %j answers %i", async (body, status) => {
  expect((await client.post("/orders", body)).status).toBe(status);
});
