"""`python -m bot.cli` is `review-bot`."""

from bot.cli import main

main()
