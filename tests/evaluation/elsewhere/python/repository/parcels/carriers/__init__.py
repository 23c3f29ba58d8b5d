from parcels.carriers.base import Carrier
from parcels.carriers.bike import BikeCarrier
from parcels.carriers.rail import RailCarrier

CARRIERS: dict[str, type[Carrier]] = {"bike": BikeCarrier, "rail": RailCarrier}

__all__ = ["CARRIERS", "BikeCarrier", "Carrier", "RailCarrier"]
