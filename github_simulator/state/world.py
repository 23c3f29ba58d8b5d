"""The complete state of the simulated GitHub, and the operations that keep it consistent."""

import base64
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from github_simulator.state.accounts import Account, App, Installation, Kind, Token
from github_simulator.state.archives import Archives
from github_simulator.state.deliveries import Delivery
from github_simulator.state.pulls import CheckSuite, Comment, InlineComment, Pull
from github_simulator.state.repositories import Label, Repository

APP_PERMISSIONS = {
    "checks": "write",
    "contents": "read",
    "issues": "write",
    "merge_queues": "read",
    "metadata": "read",
    "pull_requests": "write",
    "security_events": "read",
    "statuses": "read",
}
APP_EVENTS = (
    "check_run",
    "check_suite",
    "issue_comment",
    "merge_group",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "status",
)
TOKEN_LIFE = timedelta(hours=1)
PLAIN_USER = "token-user"
_FIRST_ID = 2**33  # GitHub's ids exceed 32 bits
_ID_DIGITS = 15


class Unknown(LookupError):
    """An unknown object; the text names it."""


class Moved(Unknown):
    """`repository` was renamed and no longer has that name."""

    def __init__(self, full_name: str, repository: Repository) -> None:
        super().__init__(f"repository {full_name}, which is {repository.full_name} now,")
        self.repository = repository


class World:
    """Repositories, accounts and tokens. `clock` returns the time, in UTC; GitHub's clock is `offset` plus
    `jump` seconds ahead of it.

    Without the id of an `app`, the first app that calls is accepted. `permissions` change its default
    permissions ("none" removes one). `others` are other apps.
    """

    def __init__(
        self,
        *,
        app: int | None = None,
        slug: str = "code-review-bot",
        permissions: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._clock = clock or (lambda: datetime.now(UTC))
        self.offset = 0.0
        self.jump = 0.0
        self._app_is_known = app is not None
        self._ids = itertools.count(_FIRST_ID)
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[str, Repository] = {}
        self.moved: dict[str, Repository] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.revoked: set[str] = set()
        self.deliveries: list[Delivery] = []
        self.others: dict[str, App] = {}
        self.archives = Archives()
        self.app = App(
            id=app or 1,
            slug=slug,
            name=slug.replace("-", " ").title(),
            owner=self.account("app-owner"),
            bot=self.account(f"{slug}[bot]"),
            permissions={},
            events=APP_EVENTS,
            created=self.now(),
        )
        self.grant(permissions or {})

    def grant(self, permissions: Mapping[str, str], *, at_once: bool = False) -> None:
        """Changes the app's default permissions; tokens in use keep theirs unless `at_once`."""
        wanted = {**APP_PERMISSIONS, **permissions}
        self.app.permissions = {name: level for name, level in wanted.items() if level != "none"}
        for token in self.tokens.values() if at_once else ():
            if token.installation:
                token.permissions = dict(self.app.permissions)

    def now(self) -> datetime:
        ahead = timedelta(seconds=self.offset + self.jump)
        return (self._clock() + ahead).replace(microsecond=0)

    def new_id(self) -> int:
        return next(self._ids)

    def account(self, login: str, kind: Kind = Kind.USER) -> Account:
        """The account with this login, created on first use."""
        account = self.accounts.get(login.lower())
        if account is None:
            kind = Kind.BOT if login.endswith("[bot]") else kind
            account = self.accounts[login.lower()] = Account(self.new_id(), login, kind, self.now())
        return account

    def recognise(self, issuer: str) -> bool:
        """Whether `issuer` (an id, or a client id) is the app."""
        if not self._app_is_known and issuer.isascii() and issuer.isdecimal() and len(issuer) < _ID_DIGITS:
            self.app.id, self._app_is_known = int(issuer), True
        return issuer in (str(self.app.id), self.app.client)

    def add_repository(self, full_name: str, *, private: bool = False) -> Repository:
        """The repository with this name, created on first use with the app installed."""
        repo = self.repositories.get(full_name.lower())
        if repo is None:
            login, _, name = full_name.partition("/")
            owner = self.account(login, Kind.ORGANIZATION)
            repo = Repository(self.new_id(), owner, name, private, self.now())
            repo.granted[PLAIN_USER] = "admin"
            self.repositories[full_name.lower()] = repo
            self.moved.pop(full_name.lower(), None)
            self._install(owner)
        return repo

    def repository(self, full_name: str) -> Repository:
        """Raises `Unknown`, or `Moved` for the old name of a renamed repository."""
        repo = self.repositories.get(full_name.lower())
        if repo is not None:
            return repo
        moved = self.moved.get(full_name.lower())
        raise Moved(full_name, moved) if moved else Unknown(f"repository {full_name}")

    def find_repository(self, full_name: str) -> Repository:
        """The repository that has, or had, this name. Raises `Unknown`."""
        try:
            return self.repository(full_name)
        except Moved as moved:
            return moved.repository

    def repository_by_id(self, repository: int) -> Repository:
        """The repository with this id. Raises `Unknown`."""
        for repo in self.repositories.values():
            if repo.id == repository:
                return repo
        raise Unknown(f"repository {repository}")

    def rename(self, full_name: str, name: str) -> Repository:
        """Renames a repository. The old name is redirected until another repository uses it."""
        repo = self.repository(full_name)
        del self.repositories[repo.full_name.lower()]
        self.moved[repo.full_name.lower()] = repo
        repo.name = name
        self.repositories[repo.full_name.lower()] = repo
        self.moved.pop(repo.full_name.lower(), None)
        for pull in repo.pulls.values():
            pull.repository = repo.full_name
        return repo

    def pull(self, full_name: str, number: int) -> Pull:
        pull = self.repository(full_name).pulls.get(number)
        if pull is None:
            raise Unknown(f"pull request {full_name}#{number}")
        return pull

    def pulls(self) -> Iterator[Pull]:
        for repository in self.repositories.values():
            yield from repository.pulls.values()

    def find_comment(self, repository: Repository, comment: int) -> tuple[Pull, Comment]:
        for pull in repository.pulls.values():
            if comment in pull.comments:
                return pull, pull.comments[comment]
        raise Unknown(f"comment {comment}")

    def find_inline(self, repository: Repository, comment: int) -> tuple[Pull, InlineComment]:
        for pull in repository.pulls.values():
            if comment in pull.inline:
                return pull, pull.inline[comment]
        raise Unknown(f"review comment {comment}")

    def label(self, repository: Repository, name: str) -> Label:
        """The label with this name, created on first use."""
        label = repository.labels.get(name.lower())
        if label is None:
            label = repository.labels[name.lower()] = Label(self.new_id(), name)
        return label

    def suite(self, repository: Repository, head: str, app: App | None) -> CheckSuite:
        """The suite of an app (None: the tested app) on commit `head`, created on first use."""
        for suite in repository.suites.values():
            if suite.head == head and suite.app is app:
                return suite
        suite = CheckSuite(self.new_id(), head, app, self.now())
        repository.suites[suite.id] = suite
        return suite

    def installation_of(self, owner: Account) -> Installation:
        for installation in self.installations.values():
            if installation.account is owner:
                return installation
        raise Unknown(f"installation on {owner.login}")

    def repositories_of(self, installation: Installation) -> list[Repository]:
        return [repo for repo in self.repositories.values() if repo.owner is installation.account]

    def mint(self, installation: Installation, permissions: Mapping[str, str] | None = None) -> Token:
        """Creates an installation token in the long format."""
        granted = {"metadata": "read", **permissions} if permissions else dict(self.app.permissions)
        claims = {"iss": "github", "sub": str(installation.id), "jti": self.new_id()}
        text = ".".join((_segment({"alg": "ES256", "typ": "JWT"}), _segment(claims), _scramble(str(claims))))
        expires = self.now() + TOKEN_LIFE
        token = Token(f"ghs_{self.app.id}_{text}", self.app.bot, granted, installation, expires)
        self.tokens[token.text] = token
        return token

    def add_token(self, text: str, login: str, permissions: Mapping[str, str] | None = None) -> Token:
        """Adds a user's token; with `permissions`, a fine-grained one limited to these."""
        narrowed = dict(permissions) if permissions is not None else None
        token = self.tokens[text] = Token(text, self.account(login), narrowed)
        return token

    def token(self, text: str) -> Token | None:
        """The token, unless it was revoked, has expired, or has the format of an installation token.

        Any other text is accepted as a token of the user `token-user`, an admin of all repositories, so that
        clients need no preparation.
        """
        token = self.tokens.get(text)
        if text in self.revoked or (token and token.expires and token.expires <= self.now()):
            return None
        if token is None and not text.startswith("ghs_"):
            return self.add_token(text, PLAIN_USER)
        return token

    def revoke(self, token: Token) -> bool:
        """Revokes the token; False for a user's token, which could not be replaced."""
        if token.installation is None:
            return False
        self.revoked.add(token.text)
        self.tokens.pop(token.text, None)
        return True

    def revoke_tokens(self) -> int:
        """Revokes every token in use; returns how many."""
        count = len(self.tokens)
        self.revoked |= set(self.tokens)
        self.tokens.clear()
        return count

    def _install(self, owner: Account) -> None:
        if all(installation.account is not owner for installation in self.installations.values()):
            installation = Installation(self.new_id(), owner, self.now())
            self.installations[installation.id] = installation


def name_commit(*parts: str) -> str:
    """The SHA of a commit that is determined by `parts`."""
    digest = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _segment(claims: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


def _scramble(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha512(text.encode()).digest()).decode().rstrip("=")
