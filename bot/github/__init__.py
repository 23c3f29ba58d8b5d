"""The GitHub client: `GitHubForge` implements the forge port of bot/review."""

from bot.github.address import parse_pull_url
from bot.github.connectivity import clock_ahead
from bot.github.credentials import AppCredentials, Credentials, TokenCredentials
from bot.github.forge import GitHubForge
from bot.github.identity import Identity

__all__ = [
    "AppCredentials",
    "Credentials",
    "GitHubForge",
    "Identity",
    "TokenCredentials",
    "clock_ahead",
    "parse_pull_url",
]
