"""Runs one function of a linked macOS program, again and again, and tells what it gave.

Reads a task as JSON from stdin, which `program.rs` makes, and writes a list with one text for each
argument: what the program printed, or the point in hex. Ends with a message where a register, the stack or the system
is not treated as the calling convention and the system want it.
"""

import json
import sys

from conventions import CONVENTIONS
from machine import Broken, Machine


def main():
    task = json.load(sys.stdin)
    with open(task["program"], "rb") as file:
        machine = Machine(task, file.read())
    call = CONVENTIONS[task["convention"]]
    results = []
    for argument in task["arguments"]:
        machine.reset()
        try:
            results.append(call(machine, task["function"], argument))
        except Broken as broken:
            sys.exit(f"{task['program']}, {argument}: {broken}")
    json.dump(results, sys.stdout)


main()
