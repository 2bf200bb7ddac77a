"""What a channel's answer lists, whichever kind of channel it is, and the times that it prints.

Does not belong here: how a feed (``feeds``) or a sitemap (``sitemaps``) is read.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.sources.feeds import read_feed
from ingest.sources.links import ChannelKind, Listing
from ingest.sources.sitemaps import read_sitemap
from ingest.sources.web.model import Response


def read_listing(kind: ChannelKind, response: Response) -> Listing:
    """What the answer of a feed or sitemap lists. Raises InputError for what is none."""
    if kind == "sitemap":
        return read_sitemap(response.body, url=response.final_url)
    return read_feed(
        response.body, url=response.final_url, content_type=response.content_type, charset=response.charset
    )


def printed_moment(printed: str | None) -> datetime | None:
    """A date as machines print it (ISO 8601 in sitemaps, RFC 5322 in feeds) as naive UTC; null for any other.

    It tells how fresh an entry is. When an article was published is read in cleaning, from all that is printed.
    """
    if not printed:
        return None
    try:
        moment = datetime.fromisoformat(printed.strip())
    except ValueError:
        try:
            moment = parsedate_to_datetime(printed)
        except (TypeError, ValueError):
            return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
