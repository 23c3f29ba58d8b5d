export { store } from "./store";
export type { Order, Ticket } from "./store";
