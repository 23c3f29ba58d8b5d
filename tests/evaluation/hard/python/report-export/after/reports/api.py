"""The HTTP interface of reports. The session middleware puts the user into each request."""

from datetime import date

from aiohttp import web

from reports.export import csv_chunks
from reports.policy import narrow
from reports.store import Query, Report, ReportStore

STORE = web.AppKey("store", ReportStore)
PAGE = 50

routes = web.RouteTableDef()


@routes.get("/reports")
async def list_reports(request: web.Request) -> web.Response:
    """One page of the reports that the user may see."""
    offset = max(0, int(request.query.get("offset", "0")))
    query = narrow(request["user"], _query(request))
    found = request.app[STORE].page(query, offset, PAGE + 1)
    return web.json_response(
        {
            "reports": [_shown(report) for report in found[:PAGE]],
            "next": offset + PAGE if len(found) > PAGE else None,
        }
    )


def _shown(report: Report) -> dict[str, object]:
    return {
        "id": report.id,
        "project": report.project,
        "title": report.title,
        "day": report.day.isoformat(),
        "amount": report.amount_cents / 100,
    }


@routes.get("/reports/export")
async def export_reports(request: web.Request) -> web.StreamResponse:
    """The reports of a query as a CSV file."""
    query = _query(request)
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="reports.csv"',
            "Cache-Control": "no-store",
        }
    )
    response.enable_chunked_encoding()
    await response.prepare(request)
    for chunk in csv_chunks(request.app[STORE].stream(query)):
        await response.write(chunk)
    await response.write_eof()
    return response


def _query(request: web.Request) -> Query:
    return Query(
        projects=frozenset(request.query.getall("project", [])),
        since=_day(request, "since"),
        until=_day(request, "until"),
    )


def _day(request: web.Request, name: str) -> date | None:
    text = request.query.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise web.HTTPBadRequest(text=f"{name} is not a date") from None
