"""The grader's end of the three pipes to a child: requests, replies, and what it prints."""

import contextlib
import os
import select
import time

from . import wire

TAIL = 4096
PIECE = 2**18


class TimeUp(Exception):
    """The deadline passed before the child had taken, or sent, what it should."""


class Ended(Exception):
    """The child's end of the pipe is closed."""


class Channel:
    """Sends requests and receives replies, never longer than until ``deadline``.

    What the child prints is read all the while, so that it cannot block on printing, and all
    but the end of it is thrown away. ``more_time`` is asked, at the deadline, for the seconds
    that the child shall have beyond it.
    """

    def __init__(self):
        (take, self._requests), (self._replies, reply), (self._output, out) = (
            os.pipe() for _ in range(3)
        )
        self.childs = (take, reply, out)
        for end in (self._requests, self._replies, self._output):
            os.set_blocking(end, False)
        self.deadline, self.more_time = float("inf"), lambda: 0.0
        self.tail = b""

    def send(self, header, body=()):
        """Send one frame; raise Ended if nobody takes it any more."""
        frame = memoryview(wire.pack(header, body))
        while frame:
            self._wait(self._requests, select.POLLOUT)
            try:
                frame = frame[os.write(self._requests, frame) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise Ended from None

    def receive(self):
        """Return the next frame, (header, body)."""
        head, body = wire.lengths(self._exactly(wire.PREFIX.size))
        return wire.header(self._exactly(head)), self._exactly(body)

    def is_silent(self):
        """Return whether the child has sent nothing that we did not wait for."""
        try:
            return not os.read(self._replies, 1)
        except BlockingIOError:
            return True

    def release_childs(self):
        """Close this process's copies of the child's ends, once the child has its own."""
        for end in self.childs:
            with contextlib.suppress(OSError):
                os.close(end)
        self.childs = ()

    def close(self):
        """Close everything; return the end of what the child printed, as text."""
        self._drain()
        self.release_childs()
        for end in (self._requests, self._replies, self._output):
            os.close(end)
        return self.tail.decode(errors="replace")

    def _exactly(self, count):
        data = bytearray()
        while len(data) < count:
            self._wait(self._replies, select.POLLIN)
            with contextlib.suppress(BlockingIOError):
                piece = os.read(self._replies, min(count - len(data), PIECE))
                if not piece:
                    raise Ended
                data += piece
        return bytes(data)

    def _wait(self, end, event):
        """Return when ``end`` is ready; meanwhile read what is printed."""
        poll = select.poll()
        poll.register(end, event)
        if self._output is not None:
            poll.register(self._output, select.POLLIN)
        while True:
            left = self.deadline - time.monotonic()
            if left <= 0:
                self.deadline += self.more_time()
                left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeUp
            ready = dict(poll.poll(min(left, 1) * 1000))
            if self._output in ready and not self._drain():
                poll.unregister(self._output)
            if end in ready:
                return

    def _drain(self):
        """Read one piece of what was printed; return whether there can be more."""
        try:
            piece = os.read(self._output, PIECE)
        except BlockingIOError:
            return True
        self.tail = (self.tail + piece)[-TAIL:]
        return bool(piece)
