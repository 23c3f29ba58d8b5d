"""Profiles of users."""

from dataclasses import dataclass

from accounts.database import Database


class ProfileMissing(LookupError):
    """There is no profile, or its account is closed."""

    def __init__(self, user: int) -> None:
        super().__init__(f"user {user} has no profile")
        self.user = user


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

    async def load(self, user: int) -> Profile:
        """The profile of a user. Raises `ProfileMissing`, also if the account is closed."""
        row = await self._database.row(
            "SELECT user_id, name, email, language, newsletter FROM profiles "
            "WHERE user_id = $1 AND closed_at IS NULL",
            user,
        )
        if row is None:
            raise ProfileMissing(user)
        return Profile(*row)

    async def rename(self, user: int, name: str) -> Profile:
        """The profile with its new name. Raises `ProfileMissing`."""
        row = await self._database.row(
            "UPDATE profiles SET name = $2 WHERE user_id = $1 AND closed_at IS NULL "
            "RETURNING user_id, name, email, language, newsletter",
            user,
            name,
        )
        if not row:
            raise ProfileMissing(user)
        return Profile(*row)

    async def close(self, user: int) -> None:
        """Closes the account. Subscriptions are removed by a nightly job."""
        await self._database.execute("UPDATE profiles SET closed_at = now() WHERE user_id = $1", user)
