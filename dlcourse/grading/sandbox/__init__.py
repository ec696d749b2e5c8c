"""The sandbox and its conversation.

``controller`` holds inputs and expectations and talks (``conversation``, over ``channel`` in
messages of ``wire``) to what ``warm`` forks: a ``child`` that runs the answer, with ``stand_in``
for what is left out. ``outcomes`` is one call on the wire, ``result`` what a run can come to.
"""
