"""Bad weather: a share of all calls and deliveries is struck, and the seed says which and how.

`Fault` (bot/simulator/faults.py) strikes one call on purpose; a storm strikes everywhere.
"""

from bot.simulator.storm.kinds import BARE, PARTIAL, PASSING, PERMANENT, Kind
from bot.simulator.storm.order import Storm
from bot.simulator.storm.weather import Weather

__all__ = ["BARE", "PARTIAL", "PASSING", "PERMANENT", "Kind", "Storm", "Weather"]
