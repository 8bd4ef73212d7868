"""The recording agent: it runs inside the interpreter of the command that is recorded.

``hook`` is put first on PYTHONPATH; its ``sitecustomize`` starts ``tfshift_recorder``. Nothing in
``hook`` may import the rest of tfshift or anything outside the standard library at import time.
"""
