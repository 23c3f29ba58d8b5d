"""The parts of a SARIF 2.1.0 file that the bot reads, and how it is decoded.

Analysers differ in what they write: every part is optional, and an unreadable one counts as missing.
"""

import codecs
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from bot.core.lenient import IfReadable, OrElse, ReadableItems
from bot.core.surrogates import without_halves

_MAX_LINE = 2**32 - 1  # a u32 in the review function's contract
_GZIP = b"\x1f\x8b"
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REMEDY = "have the analyser write SARIF 2.1.0, for example with `ruff check --output-format sarif`"

SarifText = Annotated[str, OrElse("")]
LineNumber = Annotated[int, Field(ge=1, le=_MAX_LINE)]
Index = Annotated[int, OrElse(-1)]
Properties = Annotated[Mapping[str, object], OrElse({})]


class SarifError(Exception):
    """The file cannot be read; the text says what is wrong with it and what to do."""


class SarifRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class SarifMessage(SarifRecord):
    """`id` names an entry of the rule's `messageStrings`; `{0}` in a text stands for the first argument."""

    text: SarifText = ""
    markdown: SarifText = ""
    id: SarifText = ""
    arguments: ReadableItems[str] = ()


MessageStrings = Annotated[Mapping[str, Annotated[SarifMessage, OrElse(SarifMessage())]], OrElse({})]


class RuleConfiguration(SarifRecord):
    level: SarifText = ""


class SarifRule(SarifRecord):
    id: SarifText = ""
    name: SarifText = ""
    short_description: Annotated[SarifMessage, OrElse(SarifMessage())] = Field(
        default=SarifMessage(), alias="shortDescription"
    )
    message_strings: MessageStrings = Field(default={}, alias="messageStrings")
    configuration: Annotated[RuleConfiguration, OrElse(RuleConfiguration())] = Field(
        default=RuleConfiguration(), alias="defaultConfiguration"
    )
    properties: Properties = {}


class ToolComponent(SarifRecord):
    """The driver of a tool, or one of its extensions, with its rules."""

    name: SarifText = ""
    guid: SarifText = ""
    rules: Annotated[tuple[IfReadable[SarifRule], ...], OrElse(())] = ()
    message_strings: MessageStrings = Field(default={}, alias="globalMessageStrings")


class SarifTool(SarifRecord):
    driver: Annotated[ToolComponent, OrElse(ToolComponent())] = ToolComponent()
    extensions: Annotated[tuple[IfReadable[ToolComponent], ...], OrElse(())] = ()


class ComponentReference(SarifRecord):
    """The place of a component among the tool's extensions."""

    index: Index = -1
    name: SarifText = ""
    guid: SarifText = ""


class RuleReference(SarifRecord):
    id: SarifText = ""
    index: Index = -1
    component: IfReadable[ComponentReference] = Field(default=None, alias="toolComponent")


class ArtifactLocation(SarifRecord):
    """A file: its URI, relative to the base `base`, or its place in the run's list of artifacts."""

    uri: SarifText = ""
    base: SarifText = Field(default="", alias="uriBaseId")
    index: Index = -1


class Artifact(SarifRecord):
    location: IfReadable[ArtifactLocation] = None


class Region(SarifRecord):
    start: IfReadable[LineNumber] = Field(default=None, alias="startLine")
    end: IfReadable[LineNumber] = Field(default=None, alias="endLine")


class PhysicalLocation(SarifRecord):
    artifact: IfReadable[ArtifactLocation] = Field(default=None, alias="artifactLocation")
    region: IfReadable[Region] = None


class SarifLocation(SarifRecord):
    physical: IfReadable[PhysicalLocation] = Field(default=None, alias="physicalLocation")


class Suppression(SarifRecord):
    status: SarifText = ""


class SarifResult(SarifRecord):
    rule_id: SarifText = Field(default="", alias="ruleId")
    rule_index: Index = Field(default=-1, alias="ruleIndex")
    rule: Annotated[RuleReference, OrElse(RuleReference())] = RuleReference()
    kind: SarifText = ""
    level: SarifText = ""
    message: Annotated[SarifMessage, OrElse(SarifMessage())] = SarifMessage()
    locations: ReadableItems[SarifLocation] = ()
    suppressions: ReadableItems[Suppression] = ()
    baseline: SarifText = Field(default="", alias="baselineState")
    properties: Properties = {}


class Invocation(SarifRecord):
    directory: IfReadable[ArtifactLocation] = Field(default=None, alias="workingDirectory")


class SarifRun(SarifRecord):
    """`bases` are the directories that locations are relative to, by their name."""

    tool: Annotated[SarifTool, OrElse(SarifTool())] = SarifTool()
    results: ReadableItems[SarifResult] = ()
    artifacts: Annotated[tuple[IfReadable[Artifact], ...], OrElse(())] = ()
    bases: Annotated[Mapping[str, IfReadable[ArtifactLocation]], OrElse({})] = Field(
        default={}, alias="originalUriBaseIds"
    )
    invocations: ReadableItems[Invocation] = ()


class SarifDocument(SarifRecord):
    version: SarifText = ""
    runs: ReadableItems[SarifRun]


_RUN_KEYS = frozenset(field.alias or name for name, field in SarifRun.model_fields.items())
_RESULT_KEYS = frozenset(field.alias or name for name, field in SarifResult.model_fields.items())


def decode_sarif(data: bytes) -> SarifDocument:
    """The document in `data`, which is UTF-8 or UTF-16. Raises `SarifError`."""
    value = _json(data)
    if not isinstance(value, dict) or not isinstance(value.get("runs"), list):
        raise SarifError(f"this is JSON but not SARIF, which is an object with a list `runs`; {_REMEDY}")
    try:
        runs = [_pruned(run) for run in value["runs"]]
        document = SarifDocument.model_validate({"version": value.get("version"), "runs": runs})
    except ValidationError:
        raise SarifError(f"this is not SARIF; {_REMEDY}") from None
    if document.version and not document.version.startswith("2."):
        raise SarifError(f"SARIF version {document.version[:20]} is not supported; {_REMEDY}")
    return document


def _pruned(run: object) -> object:
    """A run without what the bot does not read, such as data flows, which are most of a large file."""
    if not isinstance(run, dict):
        return None
    kept = {key: value for key, value in run.items() if key in _RUN_KEYS}
    if isinstance(kept.get("results"), list):
        results = (result for result in kept["results"] if isinstance(result, dict))
        kept["results"] = [
            {key: value for key, value in result.items() if key in _RESULT_KEYS} for result in results
        ]
    return kept


def _json(data: bytes) -> object:
    if data.startswith(_GZIP):
        raise SarifError("the file is compressed; unpack it with gunzip")
    text = without_halves(_decoded(data).encode())
    if not text.strip():
        raise SarifError("the file is empty; check that the analyser ran to its end")
    try:
        return from_json(text)
    except ValueError as error:
        raise SarifError(f"not valid JSON ({error}); {_REMEDY}") from None


def _decoded(data: bytes) -> str:
    for mark, encoding in _ENCODINGS:
        if data.startswith(mark):
            return _text(data.removeprefix(mark), encoding)
    if data[1:2] == b"\0":
        return _text(data, "utf-16-le")
    return _text(data, "utf-16-be" if data[:1] == b"\0" else "utf-8")


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise SarifError("the file is neither UTF-8 nor UTF-16; convert it, for example with iconv") from None
