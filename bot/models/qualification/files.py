"""Keeps the results of the control questions on this machine, for each model and version."""

import hashlib
import time
from pathlib import Path

import structlog
from pydantic import ValidationError

from bot.core.llm.qualification import Qualification
from bot.core.value import Value
from bot.models.cache_file import put
from bot.models.qualification.questions import EDITION

log = structlog.get_logger()

DAY = 86_400.0
# Seconds for which a result is valid. A server may serve another model under the same name, and a failure may
# be due to a setting that the operator has mended.
PASSED = 30 * DAY
FAILED = 1 * DAY


class _StoredResult(Value):
    """`asked` is in seconds since 1970."""

    edition: str
    version: str
    asked: float
    result: Qualification


class QualificationFiles:
    """A file in `folder` for each version of each model; concurrent writers are safe. Never raises."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, model: str, version: str) -> Qualification | None:
        """The result for a model by name and version; None if it is unknown or outdated."""
        try:
            stored = _StoredResult.model_validate_json(self._path(model, version).read_bytes())
        except (OSError, ValidationError):
            return None
        kept = PASSED if stored.result.passed else FAILED
        is_same = (stored.edition, stored.version, stored.result.model) == (EDITION, version, model)
        return stored.result if is_same and 0 <= time.time() - stored.asked < kept else None

    def write(self, version: str, result: Qualification) -> None:
        stored = _StoredResult(edition=EDITION, version=version, asked=time.time(), result=result)
        path = self._path(result.model, version)
        try:
            put(path, stored.model_dump_json().encode())
        except OSError as error:
            log.warning("qualification_not_stored", path=str(path), reason=str(error))

    def _path(self, model: str, version: str) -> Path:
        name = hashlib.sha256(f"{EDITION}\n{model}\n{version}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.json"
