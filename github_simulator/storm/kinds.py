"""The kinds of fault in a storm."""

from enum import StrEnum


class Kind(StrEnum):
    """`BEFORE`: the call has no effect. `AFTER`: it has, but its answer is lost."""

    LATENCY = "latency"
    ERROR_BEFORE = "error_before"  # 500, 502, 503 or 504
    ERROR_AFTER = "error_after"
    RESET_BEFORE = "reset_before"  # the connection is closed without an answer
    RESET_AFTER = "reset_after"
    CUT_BODY = "cut_body"  # the connection is closed in the middle of the answer, after the effect
    REVOKED_TOKEN = "revoked_token"  # noqa: S105 - no secret; 401 for this token from now on
    SECONDARY_LIMIT = "secondary_limit"  # 403 with Retry-After
    SECONDARY_LIMIT_BARE = "secondary_limit_bare"  # 403 without a Retry-After header
    TOO_MANY = "too_many"  # the same with 429
    TOO_MANY_BARE = "too_many_bare"
    PRIMARY_LIMIT = "primary_limit"  # 403 until X-RateLimit-Reset
    CLOCK_JUMP = "clock_jump"  # GitHub's clock jumps for a few calls
    REDIRECT = "redirect"  # 301, 302, 307 or 308, to the repository by its id
    LOGIN_PAGE = "login_page"  # 200 with a proxy's page instead of the answer
    EMPTY_ANSWER = "empty_answer"  # a success status without a body, after the effect
    ODD_RECORD = "odd_record"  # optional fields are empty, null, missing or unknown
    HALF_ANSWER = "half_answer"  # GraphQL only: errors with or without data
    SHORT_LIST = "short_list"  # a truncated list of files or commits
    NOT_FOUND = "not_found"
    NOT_ACCEPTABLE = "not_acceptable"  # reads only
    UNPROCESSABLE = "unprocessable"  # writes only
    DELIVERY_LOST = "delivery_lost"  # recorded as failed, never sent
    DELIVERY_LATE = "delivery_late"
    DELIVERY_TWICE = "delivery_twice"  # under the same GUID


PERMANENT = frozenset({Kind.NOT_FOUND, Kind.NOT_ACCEPTABLE, Kind.UNPROCESSABLE})
PARTIAL = frozenset({Kind.SHORT_LIST})  # retries cannot restore the missing items
PASSING = frozenset(Kind) - PERMANENT - PARTIAL
BARE = frozenset({Kind.SECONDARY_LIMIT_BARE, Kind.TOO_MANY_BARE})
HALF = frozenset({Kind.EMPTY_ANSWER, Kind.ODD_RECORD, Kind.HALF_ANSWER, Kind.SHORT_LIST})
AFTER = frozenset({Kind.ERROR_AFTER, Kind.RESET_AFTER, Kind.CUT_BODY}) | HALF
OF_DELIVERIES = frozenset({Kind.DELIVERY_LOST, Kind.DELIVERY_LATE, Kind.DELIVERY_TWICE})
OF_CALLS = frozenset(Kind) - OF_DELIVERIES
