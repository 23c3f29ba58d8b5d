import { Holds } from "./holds";
import { Mailer } from "./mailer";
import { Payments } from "./payments";

export const holds = new Holds();
export const mailer = new Mailer(process.env.BASE_URL ?? "http://localhost:8080");
export const payments = new Payments();
