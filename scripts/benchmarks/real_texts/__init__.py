"""What `real_text.py` is made of: texts with what real ones have in them, and what is kept.

It uses the lexicon of scripts/corpus, and tells of code and machine as scripts/experiments does.
"""

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[2] / room) for room in ("corpus", "experiments")]
