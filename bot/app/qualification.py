"""Creates the examiner that asks models the control questions."""

from bot.models.qualification import Examiner, QualificationFiles
from bot.settings import Settings


def examiner(settings: Settings) -> Examiner | None:
    """Asks models the control questions; None if CONTROL_QUESTIONS is false."""
    return Examiner(qualifications(settings)) if settings.control_questions else None


def qualifications(settings: Settings) -> QualificationFiles:
    """The results of the control questions, shared by the processes of this machine."""
    return QualificationFiles(settings.cache_dir / "qualifications")
