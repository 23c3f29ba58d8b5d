"""The composition root: makes the parts from the settings and puts them together."""

from bot.app.engines import engines
from bot.app.forge import forge
from bot.app.function import review_function, review_settings
from bot.app.reviewing import budget, operator
from bot.app.serving import Bot, serving

__all__ = ["Bot", "budget", "engines", "forge", "operator", "review_function", "review_settings", "serving"]
