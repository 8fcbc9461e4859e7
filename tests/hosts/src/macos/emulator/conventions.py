"""How a function is called: as a program's start, as a function of C, as an assembly function of Go."""

from machine import HEAP, STACK, STACK_SIZE, Broken

# A page of arguments, after the system's data; a page for the goroutine; and thread-local data.
ARGUMENTS, GOROUTINE, THREAD = HEAP + 0x4000, HEAP + 0x8000, HEAP + 0xC000
TOP = STACK + STACK_SIZE - 0x1000


def start(machine, function, scalar):
    """int main(int argc, char **argv): the exit status, and what it wrote to stdout and stderr."""
    processor = machine.processor
    words = [b"program", scalar.encode()]
    text = ARGUMENTS + 0x100
    for i, word in enumerate(words):
        machine.uc.mem_write(text, word + b"\0")
        machine.write_word(ARGUMENTS + 8 * i, text)
        text += len(word) + 1
    machine.write_word(ARGUMENTS + 8 * len(words), 0)
    pass_arguments(machine, len(words), ARGUMENTS)
    machine.call(function, TOP + processor.ENTRY_SP, processor.KEPT)
    system = machine.system
    status = system.status if system.ended else machine.uc.reg_read(processor.RESULT) & 0xFF
    if status != 0:
        raise Broken(f"status {status}: {system.written[2].decode()}")
    return system.written[1].decode()


def c(machine, function, scalar):
    """void function(uint8_t dst[32], const uint8_t scalar[32]): the point. In a batch there is a count besides."""
    dst, source = operands(machine, scalar)
    pass_arguments(machine, dst, source, 1)
    machine.call(function, TOP + machine.processor.ENTRY_SP, machine.processor.KEPT)
    return result(machine, dst)


def go(machine, function, scalar):
    """func function(dst, scalar *[32]byte) in Go's ABI0, on a goroutine's stack, at each alignment: the point. In a batch
    there is a count besides.

    Arguments lie on the stack behind a word, which holds the return address on amd64 and is the callee's on arm64. The
    goroutine begins with the stack's lowest address, its highest, and the one that the stack check compares with.
    """
    points = set()
    for offset in machine.processor.GO_ENTRY_SPS:
        dst, source = operands(machine, scalar)
        for i, word in enumerate((STACK, STACK + STACK_SIZE, STACK + 0x1000)):
            machine.write_word(GOROUTINE + 8 * i, word)
        machine.processor.set_goroutine(machine, GOROUTINE, THREAD)
        machine.write_word(TOP + offset + 8, dst)
        machine.write_word(TOP + offset + 16, source)
        machine.write_word(TOP + offset + 24, 1)
        machine.call(function, TOP + offset, machine.processor.GO_KEPT)
        points.add(result(machine, dst))
    if len(points) != 1:
        raise Broken(f"the point depends on the stack's alignment: {points}")
    return points.pop()


def operands(machine, scalar):
    """Room for the point, and the scalar, with what must not be written around them."""
    dst, source = ARGUMENTS + 0x100, ARGUMENTS + 0x200
    machine.uc.mem_write(ARGUMENTS, b"\xa5" * 0x300)
    machine.uc.mem_write(source, bytes.fromhex(scalar))
    machine.expected = bytes(machine.uc.mem_read(ARGUMENTS, 0x300))
    return dst, source


def result(machine, dst):
    """The point, if nothing around it was written."""
    at = dst - ARGUMENTS
    memory = bytes(machine.uc.mem_read(ARGUMENTS, 0x300))
    if memory[:at] != machine.expected[:at] or memory[at + 32 :] != machine.expected[at + 32 :]:
        raise Broken("it wrote beside the point")
    return memory[at : at + 32].hex()


def pass_arguments(machine, *words):
    for register, word in zip(machine.processor.ARGUMENTS, words):
        machine.uc.reg_write(register, word)


CONVENTIONS = {"main": start, "c": c, "go": go}
