"""Tours and parcels of depots."""
