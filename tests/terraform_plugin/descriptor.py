"""The definitions of the protocols that a Terraform binary carries inside itself.

Go programs keep the description of every protobuf file they were built with, serialized, in their data section. There
is no index to it: the search looks for the file's name, steps back to the tag and length before it, and reads fields
until something follows that is none.
"""

from __future__ import annotations

import mmap
import pathlib
from typing import TYPE_CHECKING, Final

from google.protobuf import descriptor_pb2
from google.protobuf.message import DecodeError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_FOLDER: Final = 80  # bytes before the file name, in the path that it was compiled under
NAME_TAG: Final = 0x0A  # field 1, length-delimited: a file's name is what its description begins with
LENGTH_DELIMITED: Final = 2
LAST_FIELD: Final = 12  # `syntax`, the last that Go writes


def embedded(binary: pathlib.Path, name: str) -> descriptor_pb2.FileDescriptorProto:
    """The protobuf file `name` (such as `tfplugin6.proto`) in `binary`. Raises LookupError where it embeds none."""
    with binary.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for start in _beginnings(data, name.encode()):
            found = _read_file(data, start)
            if found is not None and found.message_type:
                return found
    raise LookupError(f"{binary} embeds no {name}")


def _beginnings(data: mmap.mmap, name: bytes) -> Iterator[int]:
    """Each place where the description of a file may begin whose name ends with `name`."""
    at = data.find(name)
    while at >= 0:
        for folder in range(LONGEST_FOLDER):
            start = at - folder - 2
            if start >= 0 and data[start] == NAME_TAG and data[start + 1] == folder + len(name):
                yield start
        at = data.find(name, at + 1)


def _read_file(data: mmap.mmap, start: int) -> descriptor_pb2.FileDescriptorProto | None:
    longest = None
    for end, number in _fields(data, start):
        candidate = descriptor_pb2.FileDescriptorProto()
        try:
            candidate.ParseFromString(data[start:end])
        except DecodeError:
            break
        longest = candidate
        if number == LAST_FIELD:
            break
    return longest


def _fields(data: mmap.mmap, position: int) -> Iterator[tuple[int, int]]:
    """The end and the number of each field from `position` on, while they look like those of a file description."""
    while position < len(data):
        tag, after = _varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        if wire_type != LENGTH_DELIMITED or not 1 <= number <= LAST_FIELD + 2:
            return
        length, after = _varint(data, after)
        position = after + length
        yield position, number


def _varint(data: mmap.mmap, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
