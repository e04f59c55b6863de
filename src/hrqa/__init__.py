"""hrqa: retrieval-based question answering over documents, with exact citations."""

__version__ = "0.1.0"
