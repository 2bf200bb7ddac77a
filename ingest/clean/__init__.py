"""From raw documents to articles: text, zones, dates, addresses, language."""
