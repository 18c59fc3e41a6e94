"""What a lesson room *is*: board, roster, permissions, lifecycle, log, wire.

Everything here is pure: no I/O, no clock, no randomness, no thread, no logger. Given the same
commands a room produces the same events, byte for byte. Time, ids and codes are arguments.
"""
