"""How close two files are: what is close to the change is more likely meant by a name."""

from bot.repository.outlines import grammar_of

_TESTS = frozenset({"test", "tests", "spec", "specs", "__tests__", "testing", "testdata", "e2e", "fixtures"})
_DISTANT = frozenset(
    {"vendor", "node_modules", "third_party", "dist", "build", "examples", "docs", "generated"}
)
_FIRST = ("test_", "spec_")
_LAST = ("_test", "_spec", ".test", ".spec", "test", "tests", "_tests", "spec")


class Nearness:
    """Sorts files by how close they are to the file `near`: the file itself, files of its language in its
    directory, then by directories apart. Tests and vendored files come later.
    """

    def __init__(self, near: str) -> None:
        self._near = near
        self._folders = near.split("/")[:-1]
        self._grammar = grammar_of(near)

    def __call__(self, path: str) -> tuple[int, int, str]:
        """The key of a file: smaller is closer."""
        if path == self._near:
            return (0, 0, path)
        folders = path.split("/")[:-1]
        shared = 0
        for one, other in zip(folders, self._folders, strict=False):
            if one != other:
                break
            shared += 1
        apart = len(folders) + len(self._folders) - 2 * shared
        is_foreign = bool(self._near) and grammar_of(path) is not self._grammar
        return (1 + is_test(path) + 2 * is_foreign + 3 * is_distant(path), apart, path)


def is_test(path: str) -> bool:
    """Whether a file holds tests, by its name and its directories."""
    *folders, name = path.lower().split("/")
    stem = _stem(name)
    return not _TESTS.isdisjoint(folders) or stem.startswith(_FIRST) or stem.endswith(_LAST)


def is_distant(path: str) -> bool:
    """Whether a file is a copy of foreign code, or no part of the program."""
    return not _DISTANT.isdisjoint(path.lower().split("/")[:-1])


def _stem(name: str) -> str:
    """The name without its last extension."""
    dot = name.rfind(".")
    return name[:dot] if 0 < dot < len(name) - 1 else name


# fmt: off
_SETTINGS = frozenset({
    "yaml", "yml", "toml", "ini", "cfg", "conf", "json", "xml", "properties", "env", "tf", "service", "timer",
    "sql", "sh", "bash", "ps1", "html", "css", "gradle", "mk", "cron", "plist", "desktop", "hcl", "nix",
})
# fmt: on
_SETTING_NAMES = ("dockerfile", "makefile", "procfile", "jenkinsfile", "crontab", "caddyfile", "vagrantfile")


def is_setting(path: str) -> bool:
    """Whether a file holds settings, queries, pages or scripts of the deployment, by its name."""
    name = path.rpartition("/")[2].lower()
    return name.rpartition(".")[2] in _SETTINGS or name.startswith(_SETTING_NAMES)
