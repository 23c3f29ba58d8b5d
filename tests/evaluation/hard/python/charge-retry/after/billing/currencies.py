"""How many digits the minor unit of a currency has, for the currencies in which we sell."""

_OTHER_THAN_TWO = {
    "BHD": 3,
    "CLP": 0,
    "ISK": 0,
    "JPY": 0,
    "KRW": 0,
    "KWD": 3,
    "TND": 3,
}


def exponent(currency: str) -> int:
    return _OTHER_THAN_TWO.get(currency, 2)
