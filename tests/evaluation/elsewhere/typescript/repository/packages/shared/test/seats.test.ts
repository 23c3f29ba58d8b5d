import { describe, expect, it } from "vitest";
import { neighbours, sortRows } from "../src";

describe("rows", () => {
  it("come as they stand in the hall: doubled letters are at the back", () => {
    expect(sortRows(["AA", "B", "Z"])).toEqual(["B", "Z", "AA"]);
  });
});

it("knows neighbours", () => {
  expect(neighbours([4, 3])).toBe(true);
});
