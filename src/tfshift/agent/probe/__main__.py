"""Tell what an interpreter is: python -B -c "exec(this file)"; prints one JSON object.

Only asked, nothing is imported beyond the standard library and nothing is written. Python 2.7 and
3.5 and newer.
"""

import json
import os
import platform
import site
import sys
import sysconfig


def user_site():
    """Return the folder of the user's own packages and whether it takes part."""
    try:
        folder = site.getusersitepackages()
    except Exception:  # virtualenv's site module of old has no such function
        folder = None
    return folder, bool(getattr(site, "ENABLE_USER_SITE", False))


def libc():
    """Return the C library's name and version."""
    name, version = platform.libc_ver()
    return [name, version]


def main():
    folder, used = user_site()
    # A virtual environment made with the system's packages says so in a file.
    config = os.path.join(sys.prefix, "pyvenv.cfg")
    system = False
    if os.path.isfile(config):
        with open(config) as stream:
            lines = [line.replace(" ", "").strip().lower() for line in stream]
        system = "include-system-site-packages=true" in lines
    kept = (
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONNOUSERSITE",
        "LD_LIBRARY_PATH",
        "CONDA_PREFIX",
        "VIRTUAL_ENV",
        "TF_USE_LEGACY_KERAS",
        "KERAS_BACKEND",
        "CUDA_VISIBLE_DEVICES",
        "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION",
        "LD_PRELOAD",
    )
    print(
        json.dumps(
            {
                "version": "%d.%d.%d" % tuple(sys.version_info[:3]),
                "implementation": platform.python_implementation(),
                "bits": 64 if sys.maxsize > 2**32 else 32,
                "machine": platform.machine(),
                "system": platform.system(),
                "libc": libc(),
                "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
                "executable": sys.executable,
                "prefix": sys.prefix,
                "base_prefix": getattr(sys, "base_prefix", getattr(sys, "real_prefix", sys.prefix)),
                "system_packages": system,
                # The first entry is the working folder, or that of a script.
                "path": [p for p in sys.path if p],
                "user_site": folder,
                "user_site_used": used,
                "variables": dict((k, os.environ[k]) for k in kept if k in os.environ),
            }
        )
    )


main()
