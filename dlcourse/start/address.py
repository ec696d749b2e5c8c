"""A Jupyter server extension for a quiet terminal: one line that says where JupyterLab runs."""

from jupyter_server.utils import url_path_join

HERE = ("localhost", "127.0.0.1", "::1")
# The block around the address, which the one line replaces, and what it is to open a notebook
# whose figures come from elsewhere: its page says so itself.
SPARED = ("To access the server, ", "is not trusted")


def _jupyter_server_extension_points():
    return [{"module": "dlcourse.start.address"}]


def _load_jupyter_server_extension(serverapp):
    if serverapp.ip in HERE:  # for other machines, Jupyter's own words say more
        serverapp.log.addFilter(is_news)
    # The free port is looked for after this call, and before the loop runs the callback.
    wanted = serverapp.port
    serverapp.io_loop.add_callback(lambda: announce(serverapp, wanted))


def is_news(record):
    """Return whether a line of Jupyter's log is for the learner."""
    message = record.getMessage()
    return not any(words in message for words in SPARED)


def announce(serverapp, wanted):
    """Print the port where it is not the wanted one, and the address to open.

    A token or a password that the user chose is not printed.
    """
    if wanted and serverapp.port != wanted:
        print(f"Port {wanted} is busy: JupyterLab uses port {serverapp.port}.", flush=True)
    if serverapp.identity_provider.token_generated:
        address = serverapp.display_url.split()[0]
    else:
        address = url_path_join(serverapp.connection_url, serverapp.default_url)
    work = serverapp.root_dir
    print(f"Your notebooks: {work}. To end: Ctrl-C. JupyterLab is at {address}", flush=True)
