"""Identities: stable hashes that depend on content, never on path, row number or time of reading."""

from __future__ import annotations

import hashlib


def hex16(*parts: str | bytes) -> str:
    """16 hex digits of sha256 over ``parts``, each preceded by its length so that no two lists collide."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:16]
