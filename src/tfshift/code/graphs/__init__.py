"""Session code read as what it computes: graphs become functions, runs become calls.

A reader gives every name of a scope a kind in one ordered walk. It is built up in layers, each a
module: ``scope`` (names), ``moving`` (statements that leave their place), ``collecting`` (variables),
``training``, ``averages`` (what is updated with a step), ``iterating`` (datasets), ``each``
(summaries of each variable), ``keeping`` (summaries, savers), ``values`` (what else tensors are
asked), ``expressions`` (what one stands for), ``running`` (runs), ``exporting`` (SavedModels),
``opening`` (sessions and scopes), ``blocks`` (loops and branches), ``feeding`` (feeds), ``reading``
(statements); ``factories`` reads functions that make variables, ``classes`` classes that hold a
graph, whose attributes ``veil`` lets look like names; ``handed`` tells which functions are given a
session. ``writing`` turns each run into a function that holds the statements its fetches need,
``layout`` places lines, ``spelling`` writes expressions for the target, ``rewriting`` does whole
files, ``programs`` what several programs share of one.

Before all that a file is put into forms in which it may be understood, the nearest first, each line
of which knows where it stood. ``linking`` lets the files of a program look like one, ``queues`` and
``slicing`` write queues as datasets, ``raising`` placeholders above branches, ``scoped`` the
arguments of blocks in calls, ``contributed`` layers of tf.contrib as those of tf.layers, ``choosing``
lets classes make their sessions, ``inlining`` writes functions where they are called once,
``unfolding`` where they are called a few times, with the branches and choices that ``folding`` and
``deciding`` decide, ``flattening`` writes objects as names, ``parting`` takes loops apart that make
what they build with, and ``widths`` writes the numbers that tensors were made with, ``shapes`` those
that follow from them by the rules in ``sizes``. ``bases`` gives classes what they inherit,
``beginning`` lets objects begin with what is called on them next, ``setting`` run in the session that
there is; ``measuring`` tells metrics from their updates, ``naming`` reads tensors under their names
in the graph, ``filling`` the feeds that functions give. ``leaving`` takes imports away that all this
leaves unused.

``symbols`` holds what is known of 1.x. What nothing here knows is refused, with a reason and a line.
"""
