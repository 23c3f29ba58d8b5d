"""The pure core: values, parsing and rendering. Performs no I/O and imports no other package of the bot."""
