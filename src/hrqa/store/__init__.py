"""The index on disk: written whole, committed by one rename, checked when it is opened."""
