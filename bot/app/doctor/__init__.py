"""The checks of `review-bot doctor`: each reports what it found and how to fix it.

`checkup` in `run` runs all checks, also after one has failed. `shared_parts` holds what several checks
use, `result` their results; the other modules hold the checks, one subject each.
"""

from bot.app.doctor.result import DoctorResult, DoctorStatus
from bot.app.doctor.run import checkup

__all__ = ["DoctorResult", "DoctorStatus", "checkup"]
