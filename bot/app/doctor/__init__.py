"""What `review-bot doctor` looks at: small checks, each of which says what it found and what to do.

`checkup` makes them all, whatever becomes of each. `parts` is what several of them share, `result`
what they answer with; the other files hold the checks, one subject each.
"""

from bot.app.doctor.result import DoctorResult, DoctorStatus
from bot.app.doctor.run import checkup

__all__ = ["DoctorResult", "DoctorStatus", "checkup"]
