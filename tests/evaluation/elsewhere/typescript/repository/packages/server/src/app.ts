import express from "express";
import { events } from "./routes/events";
import { orders } from "./routes/orders";
import { refunds } from "./routes/refunds";
import { reports } from "./routes/reports";

const app = express();
app.use(express.json({ limit: "8mb" }));
app.use("/events", events);
app.use("/orders", orders);
app.use("/refunds", refunds);
app.use("/reports", reports);
app.listen(Number(process.env.PORT ?? 8080));
