"""Labels put on pulls and taken off."""

from collections.abc import Sequence

from github_simulator.state.pulls import Pull
from github_simulator.state.repositories import Repository
from github_simulator.state.world import World


def put_on(world: World, repository: Repository, pull: Pull, names: Sequence[str]) -> list[str]:
    """Returns those that the pull did not have."""
    known = [world.label(repository, name).name for name in names]
    fresh = [name for name in dict.fromkeys(known) if name not in pull.labels]
    pull.labels += fresh
    return fresh


def take_off(pull: Pull, name: str) -> str | None:
    """The label as it is spelled; None when the pull has none such."""
    found = next((known for known in pull.labels if known.lower() == name.lower()), None)
    if found is not None:
        pull.labels.remove(found)
    return found
