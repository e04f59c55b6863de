"""A page on which one judge says how far passages answer questions."""
