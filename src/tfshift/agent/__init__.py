"""Code that runs inside foreign interpreters: standard library only, Python 3.5 and newer."""
