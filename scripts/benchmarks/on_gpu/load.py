"""Loads an exported model and translates with it, with whatever device this process sees."""

from seq2seq.quiet import load_tensorflow


def run(request: dict) -> dict:
    """Translates `texts` with the SavedModel in `directory`.

    Returns:
        `translations`, by greedy search, and `cudnn`, the operations in it that only a GPU has.
    """
    load_tensorflow()
    import tensorflow as tf

    from on_gpu.graph import nodes

    loaded = tf.saved_model.load(request["directory"])
    greedy = loaded.signatures["serving_default"]
    found = greedy(text=tf.constant(request["texts"]))["translation"].numpy()
    return {
        "translations": [text.decode() for text in found],
        "cudnn": sorted({node.op for node in nodes(greedy) if "Cudnn" in node.op}),
    }
