"""How people address the bot, and how it recognises its own comments and checks."""

from bot.core.value import Value
from bot.github.webhooks.payloads import App


class Triggers(Value):
    """How people address the bot, and which comments and checks are its own.

    `phrases` request a review at the start of a comment; `name` is the name by which the bot is mentioned.
    `own_login` is the App's account, whose comments and checks are ignored. Omit it for a personal access
    token: its owner may request reviews, and the bot's comments are recognised by their marker. `own_app` is
    the App's id or client id, which is known before the login.
    """

    phrases: tuple[str, ...] = ("flows summarize", "flows review")
    name: str | None = None
    own_login: str | None = None
    own_app: str | None = None

    def is_own(self, login: str) -> bool:
        return self.own_login is not None and login.casefold() == self.own_login.casefold()

    def is_own_app(self, app: App | None) -> bool:
        if app is None:
            return False
        named = app.slug is not None and self.is_own(f"{app.slug}[bot]")
        return named or (self.own_app is not None and self.own_app in (str(app.id), app.client_id))
