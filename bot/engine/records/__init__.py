"""What the bot remembers: reviews, findings, answers of models, tokens paid for."""
