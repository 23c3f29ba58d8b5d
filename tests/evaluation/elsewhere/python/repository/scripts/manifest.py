"""Prints the list of a day's tours: python -m scripts.manifest DAY"""

import sqlite3
import sys
from datetime import date

from parcels.store import TourStore


def main(day: date) -> None:
    tours = TourStore(sqlite3.connect("parcels.db"))
    for driver in tours.drivers(day):
        tour = tours.stops(day, driver)
        sys.stdout.write(f"{driver}: {len(tour)} stops\n")
        for parcel, address in tour:
            sys.stdout.write(f"  {parcel:>8}  {address}\n")


if __name__ == "__main__":
    main(date.fromisoformat(sys.argv[1]))
