"""What the optimizer needs of Keras beyond its public interface."""

import keras

from fixtures.interfaces import expect_interface


def test_adam_keeps_its_moments_by_the_index_of_a_variable():
    variables = [keras.Variable([1.0, 2.0]), keras.Variable([[3.0]])]
    optimizer = keras.optimizers.Adam(0.1)
    optimizer.build(variables)

    names = ("_get_variable_index", "_momentums", "_velocities")
    interface = "Adam." + ", Adam.".join(names)
    expect_interface(all(hasattr(optimizer, name) for name in names), "keras", interface)
    for variable in variables:
        index = optimizer._get_variable_index(variable)
        for moments in (optimizer._momentums, optimizer._velocities):
            expect_interface(moments[index].shape == variable.shape, "keras", interface)


def test_adam_updates_all_variables_by_backend_update_step(monkeypatch):
    """It gets the variables of Keras, in the order of their gradients."""
    updated = []
    monkeypatch.setattr(
        keras.optimizers.Adam,
        "_backend_update_step",
        lambda self, gradients, variables, learning_rate: updated.extend(variables),
    )
    variables = [keras.Variable([1.0, 2.0]), keras.Variable([[3.0]])]
    gradients = [keras.ops.ones_like(variable) for variable in variables]
    keras.optimizers.Adam(0.1).apply_gradients(zip(gradients, variables, strict=True))
    expect_interface(
        [id(variable) for variable in updated] == [id(variable) for variable in variables],
        "keras",
        "Adam._backend_update_step",
    )
