"""Comments: those that the bot writes, and the text of those that people write."""
