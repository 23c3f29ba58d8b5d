"""The bot's command line with accelerated schedules: hourly tasks run every minute."""

from bot.app import worker_parts
from bot.cli import main

worker_parts.HOUR = 60.0
main()
