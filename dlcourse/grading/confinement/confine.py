"""The layers of confinement together: which there are, and putting them on.

Landlock, the system-call filter and the limits are required; namespaces are a second wall
behind them, since containers and some distributions do not offer them.
"""

import importlib.util
import platform
import sys
from dataclasses import dataclass

REQUIRED = ("landlock", "seccomp", "limits")
LAYERS = ("namespaces", *REQUIRED)

HOW = {
    "namespaces": "allow user namespaces: sysctl user.max_user_namespaces, and on Ubuntu "
    "kernel.apparmor_restrict_unprivileged_userns=0; in a container, run it privileged",
    "landlock": "Linux 5.13 or later with landlock in its lsm= list (on Windows: WSL2)",
    "seccomp": "Linux on x86_64 or aarch64, built with CONFIG_SECCOMP_FILTER",
    "limits": "a Unix system with resource limits",
}


class ConfinementError(RuntimeError):
    """A layer of confinement is missing, and nobody said to go on without it."""


@dataclass(frozen=True)
class Layer:
    """One layer of confinement on this machine.

    ``version`` says what it is in a few words, ``missing`` how to get it where it is not there.
    """

    name: str
    in_force: bool
    version: str = ""
    missing: str = ""


def versions():
    """Return for each layer, in a few words, what this machine has of it."""
    if sys.platform != "linux":
        return dict.fromkeys(LAYERS, "")
    from . import landlock

    abi = landlock.version()
    return {
        "namespaces": f"Linux {platform.release()}",
        "landlock": f"interface {abi}" if abi else "",
        "seccomp": platform.machine(),
        "limits": "",
    }


def probe():
    """Return the layers that this machine offers, without starting anything that grades.

    Returns
    -------
    tuple of Layer
    """
    offered = dict.fromkeys(LAYERS, False)
    if sys.platform == "linux":
        from . import landlock, namespaces, seccomp

        offered |= {
            "namespaces": namespaces.available(),
            "landlock": landlock.version(),
            "seccomp": seccomp.available(),
        }
    offered["limits"] = importlib.util.find_spec("resource") is not None
    return layers(offered)


def layers(in_force):
    """Return the Layers of a dict, name -> whether it is in force, with advice where not."""
    version = versions()
    return tuple(
        Layer(name, bool(on), version[name], "" if on else HOW[name])
        for name, on in in_force.items()
    )


def refuse_if_missing(found):
    """Raise ConfinementError if a required layer of ``found`` is not in force.

    The message names each and says how to get it.
    """
    missing = [one for one in found if one.name in REQUIRED and not one.in_force]
    if missing:
        named = "; ".join(f"{one.name} ({one.missing})" for one in missing)
        raise ConfinementError(
            f"answers cannot be confined on this machine, missing: {named}. "
            "Grade on a machine that has it, or allow unconfined runs if you trust every answer."
        )
