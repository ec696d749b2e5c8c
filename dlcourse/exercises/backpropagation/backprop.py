"""Lab 06, backprop: the backward walk over any graph, each number once and in good time."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def backprop_edges():
    return [
        (2, np.array([[1, 0]]), np.array([3.0]), 0),
    ]


def backprop_inputs(rng):
    def slopes(edges):
        return np.round(rng.uniform(0.5, 2, len(edges)) * rng.choice([-1, 1], len(edges)), 2)

    def graph(n, edges, root):
        return n, np.array(edges), slopes(edges), root

    # Long way round: 0 reaches 4 at once, and through 1, 2, 3. The numbers fall with time.
    ladder = [(4, 0), (4, 3), (3, 2), (2, 1), (1, 0)]
    skips = [(2, 0), (2, 1), (1, 0), (3, 2), (4, 3)]  # root 0 reads 2; so does 1, which 0 reads
    twice = [(1, 2), (1, 2), (2, 0), (2, 0), (0, 3)]  # the same edge, two times
    stray = [(0, 1), (1, 2), (1, 3), (3, 4), (2, 5)]  # root 2; 3, 4 and 5 do not lead to it
    n = 8
    names = rng.permutation(n)
    pairs = [(i, j) for i in range(n) for j in range(i) if rng.random() < 0.4 or j == i - 1]
    rng.shuffle(pairs)
    return [
        graph(5, ladder, 0),
        graph(5, skips, 0),
        graph(4, twice, 3),
        graph(6, stray, 2),
        graph(n, [(names[i], names[j]) for i, j in pairs], int(names[0])),
    ]


def readers_first(n, edges, root, needed_only=True):
    """Return the nodes that lead to root, each after all of its own readers that lead there."""
    needed, todo = {root}, [root]
    while todo:
        node = todo.pop()
        for read, reader in edges:
            if reader == node and read not in needed:
                needed.add(read)
                todo.append(read)
    waiting = np.zeros(n, int)
    for read, reader in edges:
        waiting[read] += reader in needed or not needed_only
    order, ready = [], [root]
    while ready:
        node = ready.pop()
        order.append(node)
        for read, reader in edges:
            if reader == node:
                waiting[read] -= 1
                if waiting[read] == 0:
                    ready.append(read)
    return order


def walk(n, edges, slopes, root, order, pay=lambda old, g, slope: old + g * slope, seed=1.0):
    grad = np.zeros(n)
    grad[root] = seed
    for node in order:
        for (read, reader), slope in zip(edges, slopes, strict=True):
            if reader == node:
                grad[read] = pay(grad[read], grad[node], slope)
    return grad


def backprop_answer(n, edges, slopes, root):
    return walk(n, edges, slopes, root, readers_first(n, edges, root))


def by_recursion(n, edges, slopes, root):
    known = {}

    def grad(node):
        if node not in known:
            known[node] = float(node == root) + sum(
                slope * grad(reader)
                for (read, reader), slope in zip(edges.tolist(), slopes, strict=True)
                if read == node and node != root
            )
        return known[node]

    return np.array([grad(node) for node in range(n)])


def by_matrix(n, edges, slopes, root):
    S = np.zeros((n, n))
    np.add.at(S, (edges[:, 0], edges[:, 1]), slopes)
    S[root] = 0  # what reads the root is not part of it
    return np.linalg.solve(np.eye(n) - S, np.eye(n)[root])


def by_rounds(n, edges, slopes, root):
    total, wave = np.zeros(n), np.eye(n)[root]
    for _ in range(n):
        total += wave
        after = np.zeros(n)
        np.add.at(after, edges[:, 0], slopes * wave[edges[:, 1]])
        wave = after
    return total


def first_seen(n, edges, root, take):
    """Return the nodes as a search meets them that always takes entry ``take`` of its list."""
    order, found, todo = [], {root}, [root]
    while todo:
        node = todo.pop(take)
        order.append(node)
        for read, reader in edges:
            if reader == node and read not in found:
                found.add(read)
                todo.append(read)
    return order


def depth_first(n, edges, root):
    order = []

    def visit(node):
        if node not in order:
            order.append(node)
            for read, reader in edges:
                if reader == node:
                    visit(read)

    visit(root)
    return order


def revisiting(n, edges, slopes, root):
    grad, todo = np.zeros(n), [root]
    grad[root] = 1
    while todo:
        node = todo.pop(0)
        for (read, reader), slope in zip(edges, slopes, strict=True):
            if reader == node:
                grad[read] += grad[node] * slope
                todo.append(read)
    return grad


def once_from_the_end(n, edges, slopes, root):
    grad = np.eye(n)[root]
    for (read, reader), slope in zip(edges[::-1], slopes[::-1], strict=True):
        grad[read] += grad[reader] * slope
    return grad


def first_reader(n, edges, slopes, root):
    _, first = np.unique(edges[:, 0], return_index=True)
    return backprop_answer(n, edges[first], slopes[first], root)


def last_of_repeats(n, edges, slopes, root):
    kept = {tuple(edge): slope for edge, slope in zip(edges.tolist(), slopes, strict=True)}
    return backprop_answer(n, np.array(list(kept)), np.array(list(kept.values())), root)


def in_order(order, **options):
    """Return an answer that walks in the order of ``order(n, edges, root)``."""
    return lambda n, edges, slopes, root: walk(
        n, edges, slopes, root, order(n, edges, root), **options
    )


EXERCISE = Exercise(
    "backprop",
    points=3,
    sitting=3,
    answer=backprop_answer,
    edges=backprop_edges,
    inputs=backprop_inputs,
    forbidden=LIBRARY,
    also_right=[by_recursion, by_matrix, by_rounds],
    mistakes=[
        Mistake(
            "Where two ways meet, the second overwrote the first: add, +=.",
            in_order(readers_first, pay=lambda old, g, slope: g * slope),
        ),
        Mistake(
            "Breadth first: a node passed on its gradient before its longer path had arrived. Wait "
            "for all of its readers.",
            in_order(lambda n, edges, root: first_seen(n, edges, root, 0)),
        ),
        Mistake(
            "Depth first is too early as well: think of o→m and o→n→m. Take a node after "
            "everything that reads it.",
            in_order(depth_first),
        ),
        Mistake(
            "A stack alone does not know who still has to pay. Count each node's readers.",
            in_order(lambda n, edges, root: first_seen(n, edges, root, -1)),
        ),
        Mistake(
            "A shared node was visited once per path, and passed on its whole sum each time. Visit "
            "each node once.",
            revisiting,
        ),
        Mistake(
            "The walk has nothing to start from: the gradient of the root is 1.",
            in_order(readers_first, seed=0.0),
        ),
        Mistake(
            "The order is right and the direction is not: begin at the root, end at the leaves.",
            in_order(lambda n, edges, root: readers_first(n, edges, root)[::-1]),
        ),
        Mistake(
            "You added local slopes. Multiply each by the gradient of the node that read it.",
            in_order(readers_first, pay=lambda old, g, slope: old + slope),
        ),
        Mistake(
            "The numbers of nodes are names. A larger one need not come later.",
            in_order(lambda n, edges, root: range(n - 1, -1, -1)),
        ),
        Mistake(
            "A node waited for a reader that does not lead to the root, and waited for ever.",
            in_order(lambda n, edges, root: readers_first(n, edges, root, needed_only=False)),
        ),
        Mistake(
            "You went through the list once, from its end. Its rows stand in no order.",
            once_from_the_end,
        ),
        Mistake(
            "You followed the first reader and left: return inside the loop. Add up all readers.",
            first_reader,
        ),
        Mistake(
            "You walked the edges the other way. A row is (what is read, who reads it).",
            lambda n, edges, slopes, root: backprop_answer(n, edges[:, ::-1], slopes, root),
        ),
        Mistake(
            "The same edge may be there twice, as in x * x. Both count; a dictionary keeps one.",
            last_of_repeats,
        ),
        Mistake(
            "The root's own gradient is 1 and belongs into the answer.",
            lambda n, edges, slopes, root: (
                backprop_answer(n, edges, slopes, root) * (np.arange(n) != root)
            ),
        ),
    ],
    hints=[
        "Start with zeros and grad[root] = 1. To take a node: for each edge (read, node), "
        "grad[read] += grad[node] * slope.",
        "A node may be taken when all its readers that lead to the root have been. First find out "
        "who leads to the root, then count for each node how many such readers it has.",
        "Shorter, and slower: grad(node) is the sum of slope * grad(reader) over its readers, and "
        "1 for the root. A recursive function, with a dictionary of what is known.",
    ],
)
