"""Search with OpenAI's own client, as if the documents were one of its vector stores.

.venv/bin/python examples/vector_store.py "How many universities are there in Binh Duong?"
"""

import os
import sys

from openai import OpenAI

address, key = os.environ.get("SERVICE", "http://127.0.0.1:8000"), os.environ.get("SERVICE_KEY")
with OpenAI(base_url=f"{address}/v1", api_key=key or "none") as client:
    for result in client.vector_stores.search("default", query=sys.argv[1], max_num_results=3):
        place = result.attributes or {}
        print(f"{result.score:.2f}  {place['citation']}\n      {place['url']}")
        print(f"      {result.content[0].text[:200]}\n")
