"""Makes the reports that organisers ask for."""

import json

from worker import database, mq


def on_wanted(body: bytes) -> None:
    event = json.loads(body)["event"]
    sales = database.sales(event)
    rows = [{"day": day.isoformat(), "tickets": count, "revenue": cents} for day, count, cents in sales]
    summary = {"sold": sum(row["tickets"] for row in rows), "revenue_cents": sum(row["revenue"] for row in rows)}
    mq.send("reports.made", json.dumps({"event": event, "rows": rows, "summary": summary}))


if __name__ == "__main__":
    mq.listen("reports.wanted", on_wanted)
