"""The card with a lab's points: of this session, and of earlier ones where they still hold."""

from .card import LOOK, Card
from .progress import changed
from .verdict import NOT_ATTEMPTED, RIGHT

AGAIN = "What was right before counts. To use it here, run its cell and its check."


def score_card(exercises, status, reached, here, in_sittings=False):
    """Return the Card that adds up the points of a lab.

    Parameters
    ----------
    exercises : {name: Exercise}
    status : {name: the last verdict of this session}
    reached : {name: Reached} of this session and before
    here : {name: value} where the learner asks; an answer is compared with the one that was right
    in_sittings : name the sitting of the lecture that each exercise needs
    """
    points = earlier = 0
    lines = []
    for name, exercise in exercises.items():
        before = reached.get(name)
        sign, words, earned = LOOK[status[name]][0], LOOK[status[name]][1], 0
        if status[name] == RIGHT:
            earned = exercise.points
        elif before and status[name] == NOT_ATTEMPTED and not _is_other(before, here.get(name)):
            sign, words, earned = LOOK[RIGHT][0], str(before), exercise.points
            earlier += earned
        elif before and status[name] == NOT_ATTEMPTED:
            words = f"changed since it was {before}"
        elif before:
            words = f"{words}, but it was {before}"
        points += earned
        line = f"{sign} {name}: {words}, {earned} of {exercise.points}"
        lines.append(f"{line} (sitting {exercise.sitting})" if in_sittings else line)
    total = sum(exercise.points for exercise in exercises.values())
    heading = f"{points} of {total} points"
    if earlier:
        heading += f", {earlier} of them from before"
        lines.append(AGAIN)
    colour = LOOK[RIGHT if points else NOT_ATTEMPTED][2]
    return Card(heading, lines, colour, bar=points / total)


def _is_other(before, answer):
    return callable(answer) and changed(before, answer)
