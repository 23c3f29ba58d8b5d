"""Creates the connection to GitHub."""

from bot import __version__
from bot.core.cooldowns import Cooldowns
from bot.core.errors import SettingsError
from bot.github import AppCredentials, Credentials, GitHubForge, TokenCredentials
from bot.settings import Settings


def forge(settings: Settings, cooldowns: Cooldowns | None = None) -> GitHubForge:
    """Raises `SettingsError` when the credentials are missing or unusable."""
    agent = f"code-review-bot/{__version__}"
    return GitHubForge(settings.github_api_url, credentials(settings), agent=agent, cooldowns=cooldowns)


def credentials(settings: Settings) -> Credentials:
    if settings.github_app_id:
        return AppCredentials(settings.github_app_id, settings.private_key())
    if settings.github_token:
        return TokenCredentials(settings.github_token.get_secret_value())
    raise SettingsError(
        "no GitHub credentials: set GITHUB_APP_ID with GITHUB_PRIVATE_KEY_FILE, or GITHUB_TOKEN"
    )
