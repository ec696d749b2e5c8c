"""A notebook's page without a browser: it runs cells in a kernel and moves the widgets there."""

import json
import os
import queue
import subprocess

import warm_kernel
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

VIEW = "application/vnd.jupyter.widget-view+json"
QUIET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
# debugpy, which ipykernel imports, otherwise writes a warning at every start.
QUIET |= {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


class FrontEnd:
    """A kernel of another Python, and what a page keeps of it: the state of every widget.

    Parameters
    ----------
    python : the interpreter that runs the kernel; ipykernel is installed there
    folder : where the kernel runs, and where its specification is written
    environ : further variables of the kernel's environment
    warm : whether the kernel may be forked from a process that has the libraries
    """

    def __init__(self, python, folder, environ=None, warm=True):
        kernels = folder / "kernels"
        command = warm_kernel.command(python, warm)
        specification = {"argv": command, "display_name": "other", "language": "python"}
        (kernels / "other").mkdir(parents=True)
        (kernels / "other" / "kernel.json").write_text(json.dumps(specification))
        specs = KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False)
        self.manager = KernelManager(kernel_name="other", kernel_spec_manager=specs)
        variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MPLBACKEND")}
        self.manager.start_kernel(
            cwd=str(folder), env=variables | QUIET | (environ or {}), stderr=subprocess.DEVNULL
        )
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.models = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code):
        """Run a cell; return its outputs; an error is an AssertionError with its traceback."""
        return self._outputs(self.client.execute(code, allow_stdin=False))

    def move(self, model, **state):
        """Send the state that a control has after a hand moved it; return the outputs, if any."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        message = self.client.session.msg("comm_msg", {"comm_id": model, "data": data})
        self.client.shell_channel.send(message)
        return self._outputs(message["header"]["msg_id"])

    def children(self, model):
        """Return the ids of the widgets in a box."""
        return [name.removeprefix("IPY_MODEL_") for name in self.models[model]["children"]]

    def _outputs(self, request):
        """Take in all messages up to the kernel's rest after ``request``."""
        outputs = []
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=300)
            except queue.Empty:
                raise AssertionError("the kernel is silent") from None
            kind, content = message["msg_type"], message["content"]
            if kind == "comm_open":
                self.models[content["comm_id"]] = content["data"]["state"]
            elif kind == "comm_msg" and content["data"].get("method") == "update":
                self.models[content["comm_id"]].update(content["data"]["state"])
            elif message["parent_header"].get("msg_id") != request:
                continue
            elif kind == "error":
                raise AssertionError("\n".join(content["traceback"]))
            elif kind in ("display_data", "execute_result", "stream"):
                outputs.append(message)
            elif kind == "status" and content["execution_state"] == "idle":
                return outputs


def views(outputs):
    """Return the ids of the widgets that ``outputs`` show."""
    data = [output["content"].get("data", {}) for output in outputs]
    return [bundle[VIEW]["model_id"] for bundle in data if VIEW in bundle]
