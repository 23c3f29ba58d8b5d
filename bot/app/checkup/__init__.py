"""What `review-bot doctor` looks at: small checks, each of which says what it found and what to do.

`checkup` makes them all, whatever becomes of each. `parts` is what several of them share, `result`
what they answer with; the other files hold the checks, one subject each.
"""

from bot.app.checkup.result import Result, Status
from bot.app.checkup.run import checkup

__all__ = ["Result", "Status", "checkup"]
