"""From articles to what they mention: bodies and dates."""
