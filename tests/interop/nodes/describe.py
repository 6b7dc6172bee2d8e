"""What ROS itself says of message types: one JSON line for each full name on standard input, one a line.

{"type", "fields": {name: type as rosidl writes it}, "values": a message filled with distinct values, "cdr": the same
message serialised by the middleware, hex}; {"type", "missing": true} where this ROS does not have it. Parts of
services and actions are named X_Request, X_Response, X_Goal, X_Result, X_Feedback. A line `name hex` instead asks
what the middleware reads in those bytes: {"type", "values"}.
"""
import array
import importlib
import itertools
import json
import re
import sys

import numpy as np
from rclpy.serialization import deserialize_message, serialize_message

PARTS = re.compile(r"(.*)_(Request|Response|Goal|Result|Feedback)$")


def find(name: str):
    package, kind, message = name.split("/")
    module = importlib.import_module(f"{package}.{kind}")
    part = PARTS.match(message) if kind != "msg" else None
    return getattr(getattr(module, part[1]), part[2]) if part else getattr(module, message)


def value_of(kind: str, count):
    """A value of a rosidl type name, each number another one."""
    sequence = re.match(r"sequence<(.*?)(, \d+)?>$|(.*)\[(\d+)\]$", kind)
    if sequence:
        inner, length = sequence[1] or sequence[3], int(sequence[4] or 2)
        return [value_of(inner, count) for _ in range(length)]
    if "/" in kind:
        package, message = kind.split("/")
        return filled(getattr(importlib.import_module(f"{package}.msg"), message), count)
    number = next(count)
    if kind.startswith(("string", "wstring")):
        return f"text {number}"
    if kind == "boolean":
        return number % 2 == 1
    if kind in ("float", "double"):
        return number + 0.5
    if kind == "octet":
        return bytes([number % 128])
    return number % 128


def filled(cls, count):
    message = cls()
    for field, kind in cls.get_fields_and_field_types().items():
        setattr(message, field, value_of(kind, count))
    return message


def plain(value):
    if hasattr(value, "get_fields_and_field_types"):
        return {field: plain(getattr(value, field)) for field in value.get_fields_and_field_types()}
    if isinstance(value, (list, tuple, array.array, np.ndarray)):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value[0]
    return value.item() if isinstance(value, np.generic) else value


def main() -> None:
    for line in map(str.strip, sys.stdin):
        name, _, cdr = line.partition(" ")
        if cdr:
            message = deserialize_message(bytes.fromhex(cdr), find(name))
            print(json.dumps({"type": name, "values": plain(message)}))
            continue
        try:
            cls = find(name)
        except (ImportError, AttributeError):
            print(json.dumps({"type": name, "missing": True}))
            continue
        message = filled(cls, itertools.count(1))
        fields = {key: kind for key, kind in cls.get_fields_and_field_types().items()}
        print(json.dumps({"type": name, "fields": fields, "values": plain(message),
                          "cdr": serialize_message(message).hex()}))


if __name__ == "__main__":
    main()
