"""Comments of the bot, and the text of comments by people."""
