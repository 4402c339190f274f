"""YAML of the product's own files and of an operator's, read by the loader written in C.

The one in Python takes ten times as long, and every start of a service reads a dozen files.
"""

from typing import Any

import yaml


def read_yaml(text: str | bytes) -> Any:
    """What `text` says: mappings, lists and plain values, and nothing that could run.

    Raises `yaml.YAMLError` with the place in the text when it is no YAML.
    """
    return yaml.load(text, Loader=yaml.CSafeLoader)
