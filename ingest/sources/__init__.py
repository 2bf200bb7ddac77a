"""Readers: from files, dumps and the web to raw documents and outcomes."""
