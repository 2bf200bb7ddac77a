"""The marts layer."""
