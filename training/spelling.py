"""Write the list of English words by which typing errors are told; sources stand beside the list.

pip install '.[training]'
python training/spelling.py
"""

import gzip
from pathlib import Path

from wordfreq import top_n_list

TARGET = Path("src/hrqa/spelling/english.txt.gz")
WORDS = 30_000


def main() -> None:
    """Write the list, the commonest first."""
    words = [word for word in top_n_list("en", 2 * WORDS) if word.isascii() and word.isalpha()]
    text = "\n".join(words[:WORDS]) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0))
    print(f"written: {TARGET}, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
