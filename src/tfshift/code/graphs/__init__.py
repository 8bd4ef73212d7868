"""Session code read as what it computes: graphs become functions, runs become calls.

``reading`` gives every name of a scope a kind in one ordered walk; ``writing`` turns each run into
a function that holds the statements its fetches need. What neither knows is refused, with a reason
and a line.
"""
