import { Outbox } from "./outbox";

const outbox = new Outbox("https://depot.example.org");

/** Sends what the trigger read; the outbox repeats it when the network is back. */
export function scanned(code: string, count: number): void {
  outbox.put("/scans", { code, pcs: count, at: Date.now() });
}
