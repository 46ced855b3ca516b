"""differ.py deepdiff|jsonpatch OLD NEW: compares two YAML files with a library, as a person's script would."""

import sys

import yaml


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


library, old, new = sys.argv[1], load(sys.argv[2]), load(sys.argv[3])
if library == "deepdiff":
    from deepdiff import DeepDiff

    print(DeepDiff(old, new).to_json())
else:
    import jsonpatch

    print(jsonpatch.make_patch(old, new))
