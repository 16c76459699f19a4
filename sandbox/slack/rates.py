"""Slack's rate limits as token buckets: calls per minute of each method, and one post per second in each channel."""

from dataclasses import dataclass, field
from math import ceil
from typing import Final

POSTS_BURST: Final = 5
"""The number of messages that a channel takes at once before one per second is enforced."""


@dataclass
class _Bucket:
    level: float
    at: float


@dataclass
class Rates:
    """A token bucket for each limit; times in seconds since 1970."""

    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, key: str, per_second: float, burst: float, now: float) -> int:
        """Take a token of `key`; 0 if there was one, else the whole seconds to wait."""
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        bucket.level = min(burst, bucket.level + max(0.0, now - bucket.at) * per_second)
        bucket.at = now
        if bucket.level >= 1:
            bucket.level -= 1
            return 0
        return max(1, ceil((1 - bucket.level) / per_second))

    def forget(self) -> None:
        """Refill all buckets."""
        self._buckets.clear()
