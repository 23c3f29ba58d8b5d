class BadRequest(Exception):
    """The client's mistake; the API answers 400."""


class Unavailable(Exception):
    """A carrier does not answer; the API answers 503."""
