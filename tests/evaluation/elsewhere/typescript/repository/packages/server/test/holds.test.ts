import { expect, test } from "vitest";
import { Holds } from "../src/services/holds";

test("a seat is held once", async () => {
  const holds = new Holds();
  await holds.take("gala", [1, 2], "ana");
  expect(await holds.take("gala", [2, 3], "ben")).toBeNull();
});

test("who reloads the page keeps the seats", async () => {
  const holds = new Holds();
  const first = await holds.take("gala", [1, 2], "ana");
  const again = await holds.take("gala", [1, 2], "ana");
  expect(again?.id).toBe(first?.id);
});
