"""Parses the commands that comments give to the bot.

`parse_command` reads a comment. The job stores the text of the command (`spoken`), and `understand` parses
that text again.
"""

from bot.core.commands.parsing import parse_command, understand
from bot.core.commands.verbs import COMMANDS, Command, Mode, Parsed, UnknownCommand, Verb

__all__ = ["COMMANDS", "Command", "Mode", "Parsed", "UnknownCommand", "Verb", "parse_command", "understand"]
