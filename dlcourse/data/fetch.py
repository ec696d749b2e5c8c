"""Files from the internet: fetched once, verified, and taken up again where a fetch broke off."""

import os
from pathlib import Path

CHUNK, PATIENCE = 2**16, 30  # bytes read at once; seconds to wait for an answer


def cache_folder():
    """Return the folder of fetched files: ``$DLCOURSE_DATA``, or the user's cache."""
    import pooch

    return Path(os.environ.get("DLCOURSE_DATA") or pooch.os_cache("dlcourse"))


def fetched(name, md5):
    """Return whether the file ``name`` lies in the cache, whole and unaltered."""
    import pooch

    path = cache_folder() / name
    return path.is_file() and pooch.file_hash(path, alg="md5") == md5


def fetch(name, url, md5):
    """Return the path of a file, which is fetched unless it lies in the cache.

    What arrived before a connection broke is kept as ``name.part``, and the next call goes on
    from there. A bar shows the progress, except where ``TQDM_DISABLE`` is set. Where
    ``DLCOURSE_OFFLINE`` is set, nothing is fetched.

    Raises
    ------
    ConnectionError
        If the file cannot be had, in one sentence.
    ValueError
        If what arrived has another MD5; it is not kept.
    """
    import pooch
    import requests

    if fetched(name, md5):
        return cache_folder() / name
    where = f"{name} is not in {cache_folder()}"
    if os.environ.get("DLCOURSE_OFFLINE"):
        raise ConnectionError(f"{where} and DLCOURSE_OFFLINE is set: nothing is fetched.")
    pooch.get_logger().setLevel("WARNING")  # the bar says the rest
    try:
        path = pooch.retrieve(url, f"md5:{md5}", name, cache_folder(), downloader=_Resuming(name))
    except requests.exceptions.RequestException as error:
        raise ConnectionError(
            f"{where} and could not be fetched from {url} ({type(error).__name__}): "
            "go online and call again, or lay the file there."
        ) from None
    except ValueError as error:
        raise ValueError(f"{url}: {error} Nothing was kept.") from None
    return Path(path)


class _Resuming:
    """A downloader of pooch's that goes on where the last one was cut off."""

    def __init__(self, name):
        self.name = name

    def __call__(self, url, output_file, _pooch):
        import requests
        from tqdm import tqdm

        part = Path(output_file).parent / f"{self.name}.part"
        have = part.stat().st_size if part.exists() else 0
        asked = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=asked, stream=True, timeout=PATIENCE) as response:
            if response.status_code != requests.codes.requested_range_not_satisfiable:
                response.raise_for_status()
                if response.status_code != requests.codes.partial_content:
                    have = 0  # the server begins again, and so does the file
                total = have + int(response.headers.get("Content-Length", 0)) or None
                bar = tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=self.name)
                with part.open("ab" if have else "wb") as file, bar:
                    for chunk in response.iter_content(CHUNK):
                        file.write(chunk)
                        bar.update(len(chunk))
        # Whole, or of a length that the server does not know: the MD5 decides.
        part.replace(output_file)
