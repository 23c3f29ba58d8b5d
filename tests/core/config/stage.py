"""A pull request and layers for the stories about configuration."""

from bot.core.change import Change, File, FileStatus, Pull, PullRef
from bot.core.config import EffectiveConfig, Layer, merge_layers, read_layer
from bot.core.config.attributes import read_attributes
from bot.core.review import ReviewSettings

ROOT = ".github/code-review-bot.yml"
SETTINGS = ReviewSettings(model=None, templates=())


def pull(**fields: object) -> Pull:
    given = {
        "ref": PullRef(repository="acme/shop", number=7, installation=3),
        "title": "Add a basket",
        "body": "",
        "author": "ada",
        "base": "main",
        "origin": "a" * 40,
        "head": "b" * 40,
        "url": "https://github.test/acme/shop/pull/7",
    }
    return Pull.model_validate(given | fields)


def change(*paths: str) -> Change:
    files = (
        File(path=path, status=FileStatus.MODIFIED, additions=1, deletions=0, patch="@@ -1 +1 @@\n")
        for path in paths
    )
    return Change(files=tuple(files))


def layers(files: dict[str, str]) -> list[Layer]:
    """Layers of configuration files by path; there is nothing wrong with them."""
    found = []
    for path, text in files.items():
        layer, problems = read_layer(path, text, "" if path == ROOT else path.rpartition("/")[0])
        assert not problems
        found.append(layer)
    return found


def effective(files: dict[str, str], attributes: str = "") -> EffectiveConfig:
    return merge_layers(layers(files), attributes=read_attributes({".gitattributes": attributes}))
