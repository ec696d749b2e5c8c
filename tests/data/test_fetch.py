"""Fetching from a server of our own: whole, broken off and taken up again, altered, offline."""

import hashlib
import http.server
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data.fetch import cache_folder, fetch, fetched

BODY = np.random.default_rng(0).bytes(300_000)
MD5 = hashlib.md5(BODY).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves BODY; the server says up to which byte, and whether it knows ranges."""

    def do_GET(self):
        server = self.server
        asked = self.headers.get("Range")
        server.asked.append(asked)
        start = int(asked[len("bytes=") : -1]) if asked and server.ranges else 0
        if start >= len(BODY):
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(BODY) - start))
        self.end_headers()
        self.wfile.write(BODY[start : server.until])

    def log_message(self, *args):
        pass


class Refusing(Handler):
    def do_GET(self):
        self.send_error(404)


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked, server.until, server.ranges = [], None, True
        server.url = f"http://127.0.0.1:{server.server_port}/file.bin"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def online(tmp_path, monkeypatch):
    """An empty cache, and leave to fetch."""
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.delenv("DLCOURSE_OFFLINE")
    return tmp_path / "cache"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_once(server, online):
    assert not fetched("file.bin", MD5)
    path = fetch("file.bin", server.url, MD5)
    assert path == online / "file.bin" and path.read_bytes() == BODY
    assert fetched("file.bin", MD5) and names(online) == ["file.bin"]
    assert fetch("file.bin", server.url, MD5) == path
    assert server.asked == [None]


@pytest.mark.parametrize("ranges", [True, False])
def test_what_broke_off_is_taken_up_again(server, online, ranges):
    server.until, server.ranges = 200_000, ranges
    with pytest.raises(ConnectionError, match=r"file.bin is not in .* could not be fetched"):
        fetch("file.bin", server.url, MD5)
    have = (online / "file.bin.part").stat().st_size
    assert 0 < have <= 200_000 and names(online) == ["file.bin.part"]
    server.until = None
    assert fetch("file.bin", server.url, MD5).read_bytes() == BODY
    assert server.asked == [None, f"bytes={have}-"]
    assert names(online) == ["file.bin"]


def test_what_was_whole_before_it_could_be_verified(server, online):
    online.mkdir()
    (online / "file.bin.part").write_bytes(BODY)
    assert fetch("file.bin", server.url, MD5).read_bytes() == BODY
    assert names(online) == ["file.bin"]


def test_another_file_is_refused_and_not_kept(server, online):
    with pytest.raises(ValueError, match=f"{MD5}.*Nothing was kept"):
        fetch("file.bin", server.url, "0" * 32)
    assert names(online) == []


def test_a_part_of_another_file_is_refused_and_not_kept(server, online):
    online.mkdir()
    (online / "file.bin.part").write_bytes(b"x" * 1000)
    with pytest.raises(ValueError, match="Nothing was kept"):
        fetch("file.bin", server.url, MD5)
    assert names(online) == []
    assert fetch("file.bin", server.url, MD5).read_bytes() == BODY


def test_an_altered_file_in_the_cache_is_fetched_anew(server, online):
    online.mkdir()
    (online / "file.bin").write_bytes(b"altered")
    assert not fetched("file.bin", MD5)
    assert fetch("file.bin", server.url, MD5).read_bytes() == BODY


def test_offline_is_one_sentence(online):
    # Nobody listens at this port: it was free a moment ago.
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as free:
        url = f"http://127.0.0.1:{free.server_port}/file.bin"
    with pytest.raises(ConnectionError) as caught:
        fetch("file.bin", url, MD5)
    assert "go online and call again" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_server_that_refuses_is_one_sentence(server):
    server.RequestHandlerClass = Refusing
    with pytest.raises(ConnectionError, match=r"could not be fetched .*\(HTTPError\)"):
        fetch("file.bin", server.url, MD5)


def test_nothing_is_fetched_where_that_is_forbidden(server, online, monkeypatch):
    monkeypatch.setenv("DLCOURSE_OFFLINE", "1")
    with pytest.raises(ConnectionError, match="DLCOURSE_OFFLINE is set"):
        fetch("file.bin", server.url, MD5)
    assert server.asked == []


@pytest.mark.parametrize("hidden", ["", "1"])
def test_the_bar_is_shown_unless_hidden(server, hidden):
    code = f"from dlcourse.data.fetch import fetch; fetch('file.bin', {server.url!r}, {MD5!r})"
    environment = {name: value for name, value in os.environ.items() if name != "TQDM_DISABLE"}
    environment |= {"TQDM_DISABLE": hidden} if hidden else {}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout == ""
    assert ("file.bin: 100%" in found.stderr) == (not hidden), found.stderr
    assert cache_folder().joinpath("file.bin").read_bytes() == BODY


def test_the_users_cache_is_the_default(monkeypatch):
    monkeypatch.delenv("DLCOURSE_DATA")
    assert cache_folder().name == "dlcourse"


def test_medmnist_comes_by_this_door(server, online, monkeypatch):
    monkeypatch.setattr("dlcourse.data.medical_images.RECORD", server.url.rpartition("/")[0])
    assert not data.available("breast")
    with pytest.raises(ValueError, match="750601b1f35ba3300ea97c75c52ff8f6"):
        data.medmnist("breast")
    assert server.asked == [None] and names(online) == []
