"""Who is in the class: ``people`` reads and matches, ``uploads`` fills in what goes back."""

from .people import Roster
