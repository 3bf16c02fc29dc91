"""The storm: thousands of calls through a sandbox in which everything goes wrong, and the laws that must hold after it.

`python -m tests.storm` runs it, `python -m tests.storm.endurance` lasts; `test_storm.py` runs a short one.
"""
