"""Renders the collapsed section about the model, the cost and the version of a review."""

from bot.core.llm.messages import Usage
from bot.core.markdown import code, inline
from bot.core.phrases import details, duration, number
from bot.core.rendering.report import Report

_SCOPES = {
    "review": "for this review",
    "pull": "for this pull request",
    "repository": "for this repository this month",
}


def footer(report: Report) -> str:
    items = [_model(report), *_cost(report), *_budget(report), _origin(report)]
    if report.url:
        items.append("Comment `/review` for a new review.")
    return details("About this review", "\n".join(f"- {item}" for item in items))


def _model(report: Report) -> str:
    if report.model:
        return f"Model: {code(report.model)}"
    if report.unqualified:
        return (
            "No model was used. Configure a more capable one (`review-bot model recommend` lists some), or "
            "set `CONTROL_QUESTIONS=false` to use this one all the same."
        )
    return (
        "No model was used. To add one, set `OPENAI_API_KEY` (and `OPENAI_BASE_URL` for a compatible "
        "server) or `LLAMA_MODEL` (a GGUF file), then comment `/review`."
    )


def _cost(report: Report) -> list[str]:
    time = f"Time: {duration(report.seconds)}"
    if report.model is None:
        return [time]
    usage = report.usage
    reused = f", {number(report.reused, 'cached answer')} reused" if report.reused else ""
    cached = f" ({usage.cached:,} from the server's cache)" if usage.cached else ""
    tokens = f"Tokens{_estimated(usage)}: {usage.prompt:,} in{cached}, {usage.answer:,} out"
    return [f"{tokens} ({number(report.asked, 'model request')}{reused})", time]


def _estimated(usage: Usage) -> str:
    """Marks a total in which at least one count is the bot's estimate."""
    return " (estimated)" if usage.estimated else ""


def _budget(report: Report) -> list[str]:
    """The limits that apply. The monthly limit of the whole server is not shown."""
    spent = [
        (getattr(report.spending, scope), getattr(report.limits, scope), words)
        for scope, words in _SCOPES.items()
        if getattr(report.limits, scope)
    ]
    unit = iter([" tokens"])  # named once
    parts = [f"{tokens:,} of {limit:,}{next(unit, '')} {words}" for tokens, limit, words in spent]
    return [f"Budget: {'; '.join(parts)}"] if parts else []


def _origin(report: Report) -> str:
    commit = f"Commit: {code(report.change.head) or 'none'}"
    version = f"; code-review-bot {inline(report.version)}" if report.version else ""
    module = f", review function {code(report.module[:12])}" if report.module else ""
    return commit + version + module
