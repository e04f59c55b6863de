"""English words of a question that are typed wrong, mended. How: ``README.md`` beside this file."""
