"""Checks that GitHub answers, and the bot's identity, permissions and events there."""

from collections.abc import Iterable, Mapping

from bot.app.doctor.result import DoctorResult, ok, problem, warning
from bot.app.doctor.shared_parts import DoctorParts
from bot.app.forge import credentials, forge
from bot.core.errors import BotError
from bot.github import Identity, clock_ahead
from bot.settings import Settings

# Both together as in deploy/app-manifest.json, which a test compares.
PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "write",
    "issues": "write",
    "checks": "write",
    "statuses": "read",
}
EVENTS = ("pull_request", "issue_comment", "pull_request_review_comment", "check_suite")
FURTHER_PERMISSIONS = {"merge_queues": "read", "security_events": "read"}
FURTHER_EVENTS = ("pull_request_review", "check_run", "merge_group")
LACK = {
    "merge_queues": "the check never completes in a merge queue and blocks the queue if it is required",
    "security_events": "a review may repeat what code scanning has reported already",
    "pull_request_review": "the bot ignores commands in the text of a review",
    "check_run": "the button that re-runs the check may do nothing",
    "merge_group": "the check never completes in a merge queue and blocks the queue if it is required",
}
"""The effects of missing further permissions and events. Reviews work without; old servers lack some."""
LEVELS = ("none", "read", "write", "admin")
SKEW = 30.0  # seconds; GitHub rejects an App's tokens that were issued a minute in the future
GRANT = (
    "grant the permission in the App's settings under Permissions & events, then accept the change in each "
    "installation"
)


async def check_github(parts: DoctorParts) -> list[DoctorResult]:
    """Checks the credentials even if GitHub does not answer."""
    settings = parts.settings
    try:
        ahead = await clock_ahead(settings.github_api_url)
    except BotError as error:
        return [problem("github", f"{error}; check GITHUB_API_URL and the network"), _unverified(settings)]
    return [_reached(settings, ahead), *await _identity(settings)]


def _reached(settings: Settings, ahead: float | None) -> DoctorResult:
    url = settings.github_api_url
    if ahead is None or abs(ahead) <= SKEW:
        return ok("github", f"reachable at {url}" + ("" if ahead is None else ", clocks in sync"))
    side = "ahead of" if ahead > 0 else "behind"
    return warning(
        "github",
        f"reachable at {url}, but this machine's clock is {abs(ahead):.0f} seconds {side} GitHub's, so "
        "GitHub may reject the App's tokens: synchronize the clock (NTP)",
    )


def _unverified(settings: Settings) -> DoctorResult:
    """Reads the credentials without sending anything to GitHub."""
    try:
        credentials(settings)
    except BotError as error:
        return problem("credentials", str(error))
    return warning("credentials", "readable, but not verified because GitHub cannot be reached")


async def _identity(settings: Settings) -> list[DoctorResult]:
    try:
        async with forge(settings) as github:
            identity = await github.whoami()
    except BotError as error:
        return [problem("credentials", str(error))]
    return _of_app(identity) if identity.kind == "app" else _of_token(identity)


def _of_app(identity: Identity) -> list[DoctorResult]:
    return [
        ok("credentials", f"GitHub App {identity.login}"),
        _permissions(identity),
        _events(identity),
        _installations(identity),
    ]


def _of_token(identity: Identity) -> list[DoctorResult]:
    return [
        ok("credentials", f"personal access token of {identity.login}"),
        warning(
            "permissions",
            "a personal access token cannot write check runs, so the bot posts only comments: use a GitHub "
            "App to get check runs",
        ),
    ]


def _permissions(identity: Identity) -> DoctorResult:
    has = identity.permissions
    weak = _weak(identity, PERMISSIONS)
    if not weak:
        return _further_permissions(identity)
    now = ", ".join(f"{name}: {has.get(name, 'none')}" for name in weak)
    return problem(
        "permissions",
        f"the App needs {_listed(weak)}, but has {now}: {GRANT}",
    )


def _further_permissions(identity: Identity) -> DoctorResult:
    weak = _weak(identity, FURTHER_PERMISSIONS)
    if not weak:
        return ok("permissions", "complete: " + _listed(PERMISSIONS | FURTHER_PERMISSIONS))
    return warning("permissions", f"the App lacks {_listed(weak)}, so {_effects(weak)}: {GRANT}")


def _weak(identity: Identity, needed: Mapping[str, str]) -> dict[str, str]:
    has = identity.permissions
    return {name: level for name, level in needed.items() if _rank(has.get(name)) < _rank(level)}


def _effects(names: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(LACK[name] for name in names))


def _rank(level: str | None) -> int:
    return LEVELS.index(level) if level in LEVELS else 0


def _listed(permissions: dict[str, str]) -> str:
    return ", ".join(f"{name}: {level}" for name, level in permissions.items())


def _events(identity: Identity) -> DoctorResult:
    missing = [event for event in (*EVENTS, *FURTHER_EVENTS) if event not in identity.events]
    if not missing:
        return ok("events", "the App is subscribed to " + ", ".join((*EVENTS, *FURTHER_EVENTS)))
    further = [event for event in missing if event in FURTHER_EVENTS]
    effects = f", so {_effects(further)}" if further == missing else ""
    message = (
        f"the App is not subscribed to {', '.join(missing)}{effects}: subscribe in the App's settings under "
        "Permissions & events"
    )
    return warning("events", message) if further == missing else problem("events", message)


def _installations(identity: Identity) -> DoctorResult:
    number = identity.installations
    if number is None:
        return ok("installations", "GitHub does not report their number")
    if number == 0:
        return warning("installations", "the App is not installed yet: install it on your repositories")
    return ok("installations", f"installed on {number} account{'' if number == 1 else 's'}")
