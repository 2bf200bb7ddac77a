"""Where the data is and what it promises: paths, parts, contracts, expectations, publication.

Knows nothing of how news is read (``ingest``) or when (``orchestration``).
"""
