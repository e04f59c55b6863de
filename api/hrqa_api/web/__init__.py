"""The page where people ask, read, look and cite; rendered here, made livelier by JavaScript."""
