"""hrqa over HTTP."""
