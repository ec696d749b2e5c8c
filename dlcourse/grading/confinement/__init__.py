"""What keeps an answer from everything but its inputs.

``confine`` puts the layers on: ``landlock`` for files (``readable`` lists them), ``seccomp`` for
system calls (``syscalls``), ``limits``, ``namespaces``. ``folder`` and ``scratch`` are the one
place where it may write.
"""
