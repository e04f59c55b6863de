"""The shapes of requests and answers, version 1; without fastapi, for the command line too."""
