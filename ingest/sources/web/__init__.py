"""Asking the web for pages, feeds and sitemaps: politely, within bounds, and telling of every try."""
