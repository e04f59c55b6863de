"""References to a document or a passage that people and their programs can use."""
