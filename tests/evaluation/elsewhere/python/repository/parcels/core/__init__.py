from parcels.core.amounts import Amount, parse_amount
from parcels.core.clock import local_day, now
from parcels.core.retry import retry

__all__ = ["Amount", "local_day", "now", "parse_amount", "retry"]
