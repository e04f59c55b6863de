"""Files to pages: one reader for each format, and the only door to pypdf and pypdfium2."""
