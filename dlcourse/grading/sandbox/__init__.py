"""The sandbox and its conversation.

``controller`` holds inputs and expectations and talks (``conversation``, over ``channel`` in
messages of ``wire``) to what ``warm`` forks: a ``child`` that runs the answer, with ``stand_in``
for what is left out, ``guard`` before what is forbidden, and the Python that ``magics`` finds in
cells. ``outcomes`` is one call on the wire, ``result`` what a run can come to.
"""
