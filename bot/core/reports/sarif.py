"""Reads the results of analysers from SARIF 2.1.0 files."""

import re
from collections.abc import Collection, Iterator

from bot.core.change import ToolReport
from bot.core.reports.relevant import report_text, tool_name
from bot.core.reports.sarif_document import (
    SarifError,
    SarifMessage,
    SarifResult,
    SarifRule,
    SarifRun,
    ToolComponent,
    decode_sarif,
)
from bot.core.reports.sarif_paths import SarifPaths
from bot.core.review import Severity

MAX_SARIF = 50_000_000  # bytes

_MAX_RAW = 5_000  # characters of a text or an argument that are looked at
_UNNAMED = "an unnamed tool"
_LEVELS = {"error": Severity.MAJOR, "warning": Severity.MINOR, "note": Severity.NIT}
_DROPPED_LEVEL = "none"
_FAILED = ("", "fail")  # kinds of results that are problems; the others say that something is as it should be
_CRITICAL, _MAJOR = 9.0, 7.0  # scores of security-severity
_IN_FORCE = ("", "accepted")  # states of a suppression
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.){1,500})\]\([^()\s]{1,500}\)")
_ESCAPED = re.compile(r"\\([\\\[\]])")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\d{1,3})\}")


def read_sarif(data: bytes, paths: Collection[str], root: str = "") -> tuple[ToolReport, ...]:
    """The results on lines of the files `paths` in a SARIF file, in its order. `root` is the directory of the
    repository on this machine, for absolute paths.

    Leaves out results that are suppressed, fixed, of level "none", or without a line. Raises `SarifError`.
    """
    if len(data) > MAX_SARIF:
        raise SarifError(
            f"larger than {MAX_SARIF // 1_000_000} MB; let the analyser check only the changed files, or "
            "leave out data flows"
        )
    runs = decode_sarif(data).runs
    return tuple(dict.fromkeys(report for run in runs for report in _Results(run, paths, root).reports()))


class _Results:
    """The results of one run."""

    def __init__(self, run: SarifRun, paths: Collection[str], root: str) -> None:
        self._run = run
        self._paths = SarifPaths(run, paths, root)
        self._components = [run.tool.driver, *(one for one in run.tool.extensions if one)]
        self._rules = {
            rule.id: rule for component in self._components[::-1] for rule in component.rules if rule
        }

    def reports(self) -> Iterator[ToolReport]:
        for result in self._run.results:
            if result.kind in _FAILED and not _is_settled(result):
                report = self._report(result)
                if report:
                    yield report

    def _report(self, result: SarifResult) -> ToolReport | None:
        place = self._place(result)
        rule = self._rule(result)
        severity = _severity(result, rule)
        if place is None or severity is None:
            return None
        path, line, end = place
        driver = self._run.tool.driver
        return ToolReport(
            tool=tool_name(driver.name) or _UNNAMED,
            rule=tool_name(result.rule_id or result.rule.id or rule.id),
            path=path,
            line=line,
            end=end,
            severity=severity,
            text=report_text(_text(result, rule, driver)),
        )

    def _place(self, result: SarifResult) -> tuple[str, int, int] | None:
        """The first location with a line in a changed file."""
        for location in result.locations:
            physical = location.physical
            if not (physical and physical.artifact and physical.region and physical.region.start):
                continue
            path, line = self._paths.find(physical.artifact), physical.region.start
            if path is not None:
                return path, line, max(line, physical.region.end or line)
        return None

    def _rule(self, result: SarifResult) -> SarifRule:
        """The rule by its index in the driver or in the named extension, or else by its id, of which a result
        may add a part: "CA1000/1".
        """
        name = result.rule_id or result.rule.id
        component = self._component(result)
        at = max(result.rule_index, result.rule.index)
        if component and 0 <= at < len(component.rules):
            rule = component.rules[at]
            if rule and (not name or name == rule.id or name.startswith(f"{rule.id}/")):
                return rule
        return self._rules.get(name) or self._rules.get(name.rpartition("/")[0]) or SarifRule()

    def _component(self, result: SarifResult) -> ToolComponent | None:
        reference = result.rule.component
        if reference is None:
            return self._run.tool.driver
        extensions = self._run.tool.extensions
        if 0 <= reference.index < len(extensions):
            return extensions[reference.index]
        named = (
            one
            for one in self._components
            if (reference.guid and one.guid == reference.guid)
            or (reference.name and one.name == reference.name)
        )
        return next(named, None)


def _is_settled(result: SarifResult) -> bool:
    """Whether somebody has suppressed the result, or it is not in this code any more."""
    states = [suppression.status for suppression in result.suppressions]
    return result.baseline == "absent" or (bool(states) and all(state in _IN_FORCE for state in states))


def _severity(result: SarifResult, rule: SarifRule) -> Severity | None:
    """The severity by level, raised by the score of a security rule; None for level "none"."""
    level = result.level if result.level in (*_LEVELS, _DROPPED_LEVEL) else rule.configuration.level
    if level == _DROPPED_LEVEL:
        return None
    severity = _LEVELS.get(level, Severity.MINOR)
    score = max(
        _score(result.properties.get("security-severity")), _score(rule.properties.get("security-severity"))
    )
    if score >= _CRITICAL:
        return Severity.CRITICAL
    return Severity.MAJOR if score >= _MAJOR else severity


def _score(value: object) -> float:
    """A score from 0 to 10, which is a number or a text; 0 if it is neither."""
    try:
        return float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _text(result: SarifResult, rule: SarifRule, driver: ToolComponent) -> str:
    message = result.message
    stored = rule.message_strings.get(message.id) or driver.message_strings.get(message.id) or SarifMessage()
    texts = (message.text, message.markdown, stored.text, stored.markdown)
    text = next((text for text in texts if text.strip()), "")
    if not text:
        return rule.short_description.text or rule.name or rule.id
    text = text[:_MAX_RAW]
    filled = _filled(text, message) if message.arguments else text
    return _ESCAPED.sub(r"\1", _LINK.sub(r"\1", filled))


def _filled(text: str, message: SarifMessage) -> str:
    """`text` with the arguments in place of `{0}`, `{1}` …"""

    def argument(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        at = int(found[1])
        return message.arguments[at][:_MAX_RAW] if at < len(message.arguments) else found[0]

    return _PLACEHOLDER.sub(argument, text)
