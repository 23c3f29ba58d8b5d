"""Prompt profiles of common local models, by family and size."""

from bot.models.profiles.choosing import AUTO, names, profile_for
from bot.models.profiles.profile import Profile

__all__ = ["AUTO", "Profile", "names", "profile_for"]
