"""Bad weather: a share of all calls and deliveries is struck, and the seed says which and how.

`Fault` (github_simulator/faults.py) strikes one call on purpose; a storm strikes everywhere.
"""

from github_simulator.storm.current_storm import CurrentStorm
from github_simulator.storm.kinds import BARE, PARTIAL, PASSING, PERMANENT, Kind
from github_simulator.storm.order import Storm

__all__ = ["BARE", "PARTIAL", "PASSING", "PERMANENT", "CurrentStorm", "Kind", "Storm"]
