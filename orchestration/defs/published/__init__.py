"""The published layer."""
