"""The training loop: batches, steps, validation, and what to keep."""

from pathlib import Path

from tqdm import tqdm

from ._arguments import check, clipping, pairs
from .evaluation import evaluate, measure, switch
from .half import half_of
from .run import Run


def fit(
    network,
    loss,
    optimizer,
    training,
    validation=None,
    *,
    epochs,
    metrics=None,
    schedule=None,
    early_stopping=None,
    max_norm=None,
    clip_value=None,
    checkpoint=None,
    resume=False,
    keep_best=True,
    progress=True,
):
    """Train ``network``, in NumPy or in torch, and return the history.

    Each epoch: a step for every batch, then validation, then ``schedule.step()``, then the
    checkpoint. Afterwards the network is in evaluation mode and, if there was validation,
    has the weights of its best epoch, the one with the lowest validation loss.

    Parameters
    ----------
    network : of dlcourse.reference's layers, a torch.nn.Module, or of accelerated's layers
    loss : function of output and target that returns one number, the mean over a batch
        For NumPy a function that has its ``_backward`` beside it (functools.partial may set
        its options), or a pair (loss, loss_backward).
    optimizer : of dlcourse.reference or torch.optim, over ``network.parameters()``
    training, validation : pairs (input, target), a batch each, to be gone through once per
        epoch: a DataLoader of either kind, or simply [(X, y)] for one batch of all cases
    epochs : int, to how many to train in all, those before a resume included
    metrics : dict of functions of output and target, both NumPy arrays of all cases
        In training the outputs are those before each step, while the network changed.
    schedule : of the optimizer's learning rate
    early_stopping : EarlyStopping, on the validation loss; begins anew here
    max_norm, clip_value : see clip_grad_norm and clip_grad_value
    checkpoint : path of a file to write after every epoch
    resume : bool
        Go on from the checkpoint, if there is one. Make network, optimizer and so on as the
        first time: weights and random generators (those that layers, loaders and datasets
        hold, and torch's own) take up where they were, and the result is the same, bit for
        bit, as without the stop; on a GPU, as far as its operations repeat themselves.
    keep_best : bool, whether to end with the best epoch's weights
    progress : bool, whether to show a bar, on stderr; TQDM_DISABLE=1 hides it too

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError
        If the arguments do not fit together, or the checkpoint is of another network.

    Examples
    --------
    >>> import numpy as np
    >>> from dlcourse import data, reference, training
    >>> table, rng = data.breast_cancer(), np.random.default_rng(0)
    >>> X, y = (table.X - table.X.mean(0)) / table.X.std(0), table.y[:, None]
    >>> network = reference.Linear(30, 1, rng=rng)
    >>> history = fit(
    ...     network,
    ...     reference.binary_cross_entropy_with_logits,
    ...     reference.SGD(network.parameters(), lr=0.5),
    ...     training.DataLoader((X[:400], y[:400]), batch_size=32, shuffle=True, rng=rng),
    ...     [(X[400:], y[400:])],
    ...     epochs=5,
    ...     progress=False,
    ... )
    >>> history.best_epoch, round(min(history.validation["loss"]), 1)
    (5, 0.1)
    """
    half, metrics = half_of(network), metrics or {}
    prepared = half.prepare(network, loss, optimizer)
    check(epochs, metrics, optimizer, schedule, validation, early_stopping, checkpoint, resume)
    clip = clipping(max_norm=max_norm, clip_value=clip_value)
    run = Run(half, network, optimizer, schedule, training, validation)
    if resume and Path(checkpoint).exists():
        run.load(checkpoint)
    history = run.history
    stop = early_stopping is not None and _stopped_before(early_stopping, history)

    bar = {"total": epochs, "initial": len(history), "unit": "epoch"}
    with tqdm(**bar) if progress else tqdm(**bar, disable=True) as bar:
        while len(history) < epochs and not stop:
            lr = half.rate(optimizer)
            trained = _train(half, network, prepared, optimizer, training, metrics, clip)
            validated = {} if validation is None else evaluate(network, loss, validation, metrics)
            history.add(lr, trained, validated)
            if history.best_epoch == len(history):
                run.best = half.weights(network)
            if schedule is not None:
                schedule.step()
            if early_stopping is not None:
                stop = early_stopping.step(validated["loss"])
            if checkpoint is not None:
                run.save(checkpoint)
            bar.set_postfix(history.latest(), refresh=False)
            bar.update()

    switch(network, "eval")
    if keep_best and run.best is not None:
        half.restore_weights(network, run.best)
    return history


def _train(half, network, loss, optimizer, batches, metrics, clip):
    """Take one step per batch; return the loss, the mean over cases, and the metrics."""
    switch(network, "train")
    total, cases, outputs, targets = 0.0, 0, [], []
    for input, target in pairs("training", batches):
        value, output = half.learn(network, loss, optimizer, input, target, **clip)
        total, cases = total + float(value) * len(input), cases + len(input)
        if metrics:
            outputs.append(output)
            targets.append(target)
    measured = measure(half, metrics, half.join(outputs), half.join(targets)) if metrics else {}
    return {"loss": total / cases, **measured}


def _stopped_before(early_stopping, history):
    """Show ``early_stopping`` the epochs before a resume; return whether it had stopped."""
    early_stopping.begin()
    return any([early_stopping.step(loss) for loss in history.validation.get("loss", [])])
