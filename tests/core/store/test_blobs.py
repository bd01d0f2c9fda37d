"""Files under their fingerprints."""

import threading
from concurrent.futures import ThreadPoolExecutor

from core.store.blobs import Blobs


def test_files_that_are_kept_at_the_same_moment_are_all_there_and_whole(tmp_path):
    blobs = Blobs(str(tmp_path))
    start = threading.Barrier(8)
    contents = [bytes([number]) * 3_000_000 for number in range(40)]

    def keep(content):
        start.wait()
        return blobs.put(content)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(keep, contents))

    assert [blobs.read(digest) for digest in found] == contents
    assert set(blobs) == set(found)
