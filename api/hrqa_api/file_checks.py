"""Is a file still the one that was indexed?"""

import threading
from collections import OrderedDict
from pathlib import Path

from hrqa.datatypes import Document
from hrqa.digests import file_sha256

_MOST = 10_000


class FileChecks:
    """Compares files with their checksums, and reads each again only when it has changed."""

    def __init__(self, corpus: Path) -> None:
        """Make the checks for a folder of documents."""
        self._corpus = corpus
        self._known: OrderedDict[tuple[str, int, int, int], str] = OrderedDict()
        self._lock = threading.Lock()

    def is_unchanged(self, document: Document) -> bool:
        """Whether a document's file is there and has the content that was indexed."""
        path = self._corpus / document.file
        try:
            status = path.stat()
            if not path.is_file():
                return False
            key = (document.file, status.st_mtime_ns, status.st_size, status.st_ino)
            digest = self._known.get(key) or file_sha256(path)
        except OSError:
            return False
        with self._lock:
            self._known[key] = digest
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return digest == document.sha256
