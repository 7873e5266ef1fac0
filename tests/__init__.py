"""The tests mirror the rooms; a test reads as a small story.

What has been compiled is kept beside the sources, whatever the machine prefers: the workers and the dozens of
processes that they start would each compile all of it again.
"""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
