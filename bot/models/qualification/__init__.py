"""Control questions: a model that cannot tell a planted bug from correct code reports no findings."""

from bot.models.qualification.examiner import Examiner
from bot.models.qualification.files import QualificationFiles
from bot.models.qualification.qualified_engine import QualifiedEngine

__all__ = ["Examiner", "QualificationFiles", "QualifiedEngine"]
