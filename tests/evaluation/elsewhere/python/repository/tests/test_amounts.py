from parcels.core.amounts import Amount, parse_amount


def test_amounts_are_read() -> None:
    assert parse_amount("12.50 EUR") == Amount(1250)
