"""Texts to vectors: the one door to sentence-transformers, and the model that ships with hrqa."""
