"""The bot's command line with hours of a minute: what it does every hour, it does every minute."""

from bot.app import worker_parts
from bot.cli import main

worker_parts.HOUR = 60.0
main()
