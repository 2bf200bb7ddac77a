"""The registry layer."""
