"""Profiles of users."""

from dataclasses import dataclass

from accounts.database import Database


@dataclass(frozen=True)
class Profile:
    user: int
    name: str
    email: str
    language: str
    newsletter: bool


class Profiles:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, user: int) -> Profile | None:
        """The profile of a user, or None if the account is closed."""
        row = await self._database.row(
            "SELECT user_id, name, email, language, newsletter FROM profiles "
            "WHERE user_id = $1 AND closed_at IS NULL",
            user,
        )
        return Profile(*row) if row else None

    async def rename(self, user: int, name: str) -> None:
        await self._database.execute("UPDATE profiles SET name = $2 WHERE user_id = $1", user, name)

    async def close(self, user: int) -> None:
        """Closes the account. Subscriptions are removed by a nightly job."""
        await self._database.execute("UPDATE profiles SET closed_at = now() WHERE user_id = $1", user)
