"""What the replicas of a model add up in a step of training.

A replica is the model in one of several processes that train together, each on a share of the
batch; `training.workers` says how they come together. A process that trains alone is the only one.
"""

from typing import TypeVar

import tensorflow as tf

_Tensors = TypeVar("_Tensors")


def has_others() -> bool:
    """Whether this step is taken together with other replicas."""
    return tf.distribute.get_replica_context().num_replicas_in_sync > 1


def summed(tensors: _Tensors) -> _Tensors:
    """The sums of tensors over all replicas; each of them must call it at the same place.

    Args:
        tensors: A tensor, or a nested structure of them, of the same shapes in all replicas.
    """
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, tensors)
