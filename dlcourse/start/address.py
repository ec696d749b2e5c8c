"""A Jupyter server extension that says where JupyterLab runs, when the quiet log does not."""

from jupyter_server.utils import url_path_join


def _jupyter_server_extension_points():
    return [{"module": "dlcourse.start.address"}]


def _load_jupyter_server_extension(serverapp):
    # The free port is looked for after this call, and before the loop runs the callback.
    wanted = serverapp.port
    serverapp.io_loop.add_callback(lambda: announce(serverapp, wanted))


def announce(serverapp, wanted):
    """Print the port where it is not the wanted one, and the address where Jupyter hides it.

    Jupyter prints the address with its token itself, but not where the user chose the token
    or a password.
    """
    if wanted and serverapp.port != wanted:
        print(f"Port {wanted} is busy: JupyterLab uses port {serverapp.port}.", flush=True)
    if not serverapp.identity_provider.token_generated:
        address = url_path_join(serverapp.connection_url, serverapp.default_url)
        print(f"JupyterLab is at {address}", flush=True)
