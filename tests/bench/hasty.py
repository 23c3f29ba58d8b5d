"""The bot's command line with hours of a minute: what it does every hour, it does every minute."""

from bot.app import parts
from bot.cli import main

parts.HOUR = 60.0
main()
