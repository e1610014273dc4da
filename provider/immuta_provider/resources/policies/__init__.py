"""The grammar of policies, one part per module: its model, how V2 takes it, and how V1's form is read.

V1 is the only documented read, and documents the form of some parts only. A reader raises `Undocumented` for what it
cannot be sure of; such a part keeps what was written, and a digest of it tells whether somebody else changed it.
"""
