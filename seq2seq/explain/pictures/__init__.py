"""How each topic is drawn, by matplotlib: a module of the topic's name with its `draw`."""
