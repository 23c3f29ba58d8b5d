"""A change, its review and a report of it, for the tests of what is said."""

import difflib
from pathlib import Path

from bot.core.change import Change, Commit, Pull, PullRef
from bot.core.diff import parse_diff
from bot.core.findings.tracking import TrackedFinding
from bot.core.llm.messages import Usage
from bot.core.rendering import Report
from bot.core.review import Area, ChangeNote, Coverage, Finding, FindingSource, Group, Review, Severity, Side

GOLDEN = Path(__file__).parents[1] / "golden"
HEAD, ORIGIN, NEWER = "c0ffee1" + "0" * 33, "ba5e000" + "0" * 33, "deadbee" + "0" * 33
URL = "https://github.com/o/r/pull/3"
REF = PullRef(repository="o/r", number=3)
PULL = Pull(ref=REF, title="", body="", author="ada", base="main", origin=ORIGIN, head=HEAD, url=URL)

DIFF = """diff --git a/old name.py b/app/db #1.py
similarity index 80%
rename from old name.py
rename to app/db #1.py
index 1..2 100644
--- a/old name.py\t
+++ b/app/db #1.py\t
@@ -10,4 +10,5 @@ def find(name):
     db = connect()
-    return db.one("select 1")
+    sql = f"select * from users where name = '{name}'"
+    return db.one(sql)

     close(db)
diff --git a/logo.png b/logo.png
new file mode 100644
index 0..1
Binary files /dev/null and b/logo.png differ
diff --git a/package-lock.json b/package-lock.json
index 1..2 100644
--- a/package-lock.json
+++ b/package-lock.json
@@ -1 +1 @@
-{}
+{"a": 1}
"""
FILES = parse_diff(DIFF)
PATH = FILES[0].path


def finding(**fields: object) -> Finding:
    usual = {
        "path": PATH, "line": 11, "end": 12, "side": Side.RIGHT, "severity": Severity.CRITICAL,
        "category": "security", "confidence": 0.9, "title": "SQL built from `name`",
        "body": "Anybody can read every row, @ada.\n\n```python\ndb.one(sql, name)\n```",
        "source": FindingSource.MODEL,
    }  # fmt: skip
    return Finding.model_validate(usual | fields)


def known(**fields: object) -> TrackedFinding:
    usual = {
        "fingerprint": "f1", "path": "app/list.py", "text": "first = items[0]", "category": "correctness",
        "title": "Fails on an empty `list`", "severity": "major", "seen": ORIGIN,
    }  # fmt: skip
    return TrackedFinding.model_validate(usual | fields)


INJECTION = finding()
BASE = finding(line=11, end=11, side=Side.LEFT, severity=Severity.MINOR, title="It was safe", body="")
NIT = finding(
    line=10, end=10, severity=Severity.NIT, title="Name it `connection`", body="Longer reads better."
)
OUTSIDE = finding(
    line=90, end=90, severity=Severity.MAJOR, title="Never closed", source=FindingSource.SIGNAL,
    also=({"path": "b.py", "line": 40, "end": 44, "side": "right"},),
)  # fmt: skip

REVIEW = Review(
    purpose="Finds users **by name**.\n\n# Heading\n<details>See #12 and <!-- code-review-bot:summary -->",
    risks=("Injection\nby name, @ada",),
    majors=("`find` takes a name",),
    commits=(
        ChangeNote(name="a" * 40, text="Adds the query."),
        ChangeNote(name="b" * 40, text="Updates the lock."),
    ),
    notes=(ChangeNote(name=PATH, text="Builds the query."), ChangeNote(name="logo.png", text="A new logo.")),
    walkthrough=(
        Group(name="Queries | users", paths=(PATH,), text="Users are found\nby name."),
        Group(name="Around it", paths=("logo.png", "package-lock.json"), text="A logo and a lock."),
    ),
    tests="Nothing tests `find`.",
    diagram="sequenceDiagram\n    participant P1 as app\n    participant P2 as db\n    P1->>P2: select",
    findings=(INJECTION, OUTSIDE, BASE, NIT),
    coverage=(
        Coverage(path=PATH, reviewed=True),
        Coverage(path="logo.png", reviewed=False, reason="binary file"),
        Coverage(path="package-lock.json", reviewed=False, reason="lock file"),
    ),
    areas=(Area(name="source", files=1, additions=2, deletions=1),),
    order=(PATH, "package-lock.json"),
    effort=2,
    problems=("One question was not answered: 429",),
)
CHANGE = Change(
    repository="o/r", number=3, head=HEAD, origin=ORIGIN, files=FILES,
    commits=(Commit(sha="a" * 40, message="Find users (#3)\n\nMore", author="ada"),),
)  # fmt: skip
REPORT = Report(
    change=CHANGE, review=REVIEW, url=URL, model="gpt-x", usage=Usage(prompt=12_345, answer=678),
    asked=3, reused=1, seconds=83.4, posted=(INJECTION,), version="0.1.0", module="f" * 64,
)  # fmt: skip


def covered(*paths: str) -> Report:
    """A report whose review says it has read `paths` and nothing went wrong."""
    entries = tuple(Coverage(path=file.path, reviewed=file.path in paths) for file in FILES)
    review = REVIEW.model_copy(update={"coverage": entries, "problems": ()})
    return REPORT.model_copy(update={"review": review})


def assert_golden(name: str, text: str) -> None:
    expected = (GOLDEN / name).read_text()
    difference = difflib.unified_diff(expected.splitlines(), text.splitlines(), "golden", "said", lineterm="")
    assert text == expected, "\n".join(difference)
