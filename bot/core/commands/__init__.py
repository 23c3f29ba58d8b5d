"""Commands: what a comment asks the bot to do.

`parse_command` reads a comment; what it found is kept as text (`spoken`) with the job, and `understand`
reads that text again.
"""

from bot.core.commands.parsing import parse_command, understand
from bot.core.commands.verbs import COMMANDS, Command, Mode, Parsed, UnknownCommand, Verb

__all__ = ["COMMANDS", "Command", "Mode", "Parsed", "UnknownCommand", "Verb", "parse_command", "understand"]
