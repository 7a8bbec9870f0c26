"""What `gpu.py` asks a machine with a GPU: each question a module, each run in its own process."""
