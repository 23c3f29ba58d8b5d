"""The refusal matrix: every call that the bot makes, refused in every way, and what is left of the review.

`python -m tests.stories.refusals` prints it as a table. The calls are recorded, not listed: a new one is in
the matrix as soon as a journey makes it.
"""
