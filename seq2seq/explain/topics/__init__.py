"""What each topic shows, as arrays: a module and a function a topic."""
