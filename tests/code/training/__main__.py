"""Runs in a TensorFlow environment: makes variables and training ops and says what came of each.

Usage: python training contrib|FOLDER ; with FOLDER the providers' modules are taken from there.
Prints one JSON object, case -> what it returned, or the exception's type.
"""

import choosing  # noqa: F401
import ops  # noqa: F401
import sequences  # noqa: F401
import tagging  # noqa: F401
from beside import told_by

told_by(lambda build: {"is": build()})
