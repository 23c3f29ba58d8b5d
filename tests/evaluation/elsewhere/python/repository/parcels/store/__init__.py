"""Everything that is kept."""

from parcels.store.expiring import Expiring
from parcels.store.parcels import ParcelStore
from parcels.store.tours import TourStore

labels = Expiring("labels")
quotes = Expiring("quotes")

__all__ = ["ParcelStore", "TourStore", "labels", "quotes"]
