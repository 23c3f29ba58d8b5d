"""The weekly digest."""

import logging

from accounts.database import Database
from accounts.mail import Mailer
from accounts.profiles import Profiles
from accounts.stories import Stories

log = logging.getLogger(__name__)


async def send_digests(database: Database, profiles: Profiles, stories: Stories, mailer: Mailer) -> int:
    """Sends the digest to all subscribers, and says how many there were."""
    sent = 0
    for (user,) in await database.rows("SELECT user_id FROM subscriptions ORDER BY user_id"):
        profile = await profiles.load(user)
        if profile is None:
            log.info("subscriber %d has no profile", user)
            continue
        await mailer.send(profile.email, await stories.digest(profile.language))
        sent += 1
    return sent
