"""Retrieval scored on gold questions."""
