"""GitHub: whether it answers, who the bot is there, and whether it may do what it has to."""

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
FURTHER_PERMISSIONS = {"merge_queues": "read"}
FURTHER_EVENTS = ("pull_request_review", "check_run", "merge_group")
LACK = {
    "merge_queues": "in a merge queue the check never ends, which holds it up where the check is required",
    "pull_request_review": "commands in the text of a review are not heard",
    "check_run": "the button that runs the check again may do nothing",
    "merge_group": "in a merge queue the check never ends, which holds it up where the check is required",
}
"""What does not work without the further ones. Reviews do, and old servers do not have all of them."""
LEVELS = ("none", "read", "write", "admin")
SKEW = 30.0  # seconds; GitHub refuses an App's keys that come a minute from the future


async def check_github(parts: DoctorParts) -> list[DoctorResult]:
    """Credentials are looked at for themselves, also where GitHub does not answer."""
    settings = parts.settings
    try:
        ahead = await clock_ahead(settings.github_api_url)
    except BotError as error:
        return [problem("github", f"{error}; check GITHUB_API_URL and the network"), _unproved(settings)]
    return [_reached(settings, ahead), *await _known(settings)]


def _reached(settings: Settings, ahead: float | None) -> DoctorResult:
    url = settings.github_api_url
    if ahead is None or abs(ahead) <= SKEW:
        return ok("github", f"answers at {url}" + ("" if ahead is None else ", and the clocks agree"))
    side = "ahead of" if ahead > 0 else "behind"
    return warning(
        "github",
        f"answers at {url}, but this machine's clock is {abs(ahead):.0f} seconds {side} GitHub's, which "
        "refuses an App's keys for that: set the clock by the network",
    )


def _unproved(settings: Settings) -> DoctorResult:
    """What can be said of the credentials without GitHub. They are read, and nothing is sent."""
    try:
        credentials(settings)
    except BotError as error:
        return problem("credentials", str(error))
    return warning("credentials", "they can be read, but not tried until GitHub is reached")


async def _known(settings: Settings) -> list[DoctorResult]:
    try:
        async with forge(settings) as github:
            identity = await github.whoami()
    except BotError as error:
        return [problem("credentials", str(error))]
    return _of_app(identity) if identity.kind == "app" else _of_token(identity)


def _of_app(identity: Identity) -> list[DoctorResult]:
    return [
        ok("credentials", f"the GitHub App {identity.login}"),
        _permissions(identity),
        _events(identity),
        _installations(identity),
    ]


def _of_token(identity: Identity) -> list[DoctorResult]:
    return [
        ok("credentials", f"a plain token of {identity.login}"),
        warning(
            "permissions",
            "a plain token cannot write check runs, so reviews are comments alone; a GitHub App can",
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
        f"the App needs {_listed(weak)}, and has {now}: grant it under the App's settings, Permissions & "
        "events; then accept the change where the App is installed",
    )


def _further_permissions(identity: Identity) -> DoctorResult:
    weak = _weak(identity, FURTHER_PERMISSIONS)
    if not weak:
        return ok("permissions", "all that is needed: " + _listed(PERMISSIONS | FURTHER_PERMISSIONS))
    return warning(
        "permissions",
        f"the App lacks {_listed(weak)}, so {_lacking(weak)}: grant it under the App's settings, "
        "Permissions & events; then accept the change where the App is installed",
    )


def _weak(identity: Identity, wanted: Mapping[str, str]) -> dict[str, str]:
    has = identity.permissions
    return {name: level for name, level in wanted.items() if _rank(has.get(name)) < _rank(level)}


def _lacking(names: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(LACK[name] for name in names))


def _rank(level: str | None) -> int:
    return LEVELS.index(level) if level in LEVELS else 0


def _listed(permissions: dict[str, str]) -> str:
    return ", ".join(f"{name}: {level}" for name, level in permissions.items())


def _events(identity: Identity) -> DoctorResult:
    missing = [event for event in (*EVENTS, *FURTHER_EVENTS) if event not in identity.events]
    if not missing:
        return ok("events", "the App is told of " + ", ".join((*EVENTS, *FURTHER_EVENTS)))
    further = [event for event in missing if event in FURTHER_EVENTS]
    lack = f", so {_lacking(further)}" if further == missing else ""
    advice = "subscribe to it under the App's settings, Permissions & events"
    told = f"the App is not told of {', '.join(missing)}{lack}: {advice}"
    return warning("events", told) if further == missing else problem("events", told)


def _installations(identity: Identity) -> DoctorResult:
    number = identity.installations
    if number is None:
        return ok("installations", "GitHub does not tell how many there are")
    if number == 0:
        return warning("installations", "the App is installed nowhere yet: install it on your repositories")
    return ok("installations", f"installed on {number} account{'' if number == 1 else 's'}")
