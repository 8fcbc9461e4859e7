"""A processor with a program in its memory, in the state that a caller finds it in."""

import random

from unicorn import UC_HOOK_CODE, UC_PROT_ALL, Uc, UcError

from processors import PROCESSORS
from system import System

PAGE = 0x1000
STACK, STACK_SIZE = 0x7000_0000_0000, 0x1_0000
# What the program has no part of: buffers for arguments, the goroutine, the system's data.
HEAP, HEAP_SIZE = 0x6000_0000_0000, 0x10000
# An address for each function of the system, and one that calls return to.
STUBS, STUBS_SIZE, STUB = 0x5000_0000_0000, 0x4000, 16
RETURN = STUBS
# One call of the guest takes some 100,000 instructions.
INSTRUCTIONS = 50_000_000


class Broken(Exception):
    """Something is not as it has to be."""


class Machine:
    def __init__(self, task, file):
        self.processor = PROCESSORS[task["processor"]]
        self.uc = Uc(*self.processor.KIND)
        if self.processor.MODEL is not None:
            self.uc.ctl_set_cpu_model(self.processor.MODEL)
        self.random = random.Random(task["processor"])
        self.memory = task["memory"]
        self.file = file
        for segment in self.memory:
            start = segment["address"] // PAGE * PAGE
            end = -(-(segment["address"] + segment["size"]) // PAGE) * PAGE
            self.uc.mem_map(start, end - start, UC_PROT_ALL)
            self.load(segment)
        for start, size in (STACK, STACK_SIZE), (HEAP, HEAP_SIZE), (STUBS, STUBS_SIZE):
            self.uc.mem_map(start, size, UC_PROT_ALL)
        self.system = System(self, HEAP)
        self.names = {}
        self.imports = [(slot["address"], self.bind(slot["name"])) for slot in task["imports"]]
        self.uc.hook_add(UC_HOOK_CODE, self.asked, begin=STUBS + STUB, end=STUBS + STUBS_SIZE - 1)
        for at, code in task["plant"]:
            self.uc.mem_write(at, bytes.fromhex(code))

    def load(self, segment):
        start = segment["offset"]
        self.uc.mem_write(segment["address"], bytes(segment["size"]))
        self.uc.mem_write(segment["address"], self.file[start : start + segment["file_size"]])

    def bind(self, name):
        """Where the program finds something of the system."""
        if (data := self.system.data.get(name)) is not None:
            return data
        address = STUBS + STUB * (1 + len(self.names))
        self.names[address] = name
        return address

    def reset(self):
        """Everything as before the first call; what a caller keeps there is in the registers and on the stack."""
        for segment in self.memory:
            if segment["writable"]:
                self.load(segment)
        for slot, address in self.imports:
            self.write_word(slot, address)
        self.system.reset()
        self.uc.mem_write(STACK, self.random.randbytes(STACK_SIZE))
        for register in [*self.processor.KEPT.values(), *self.processor.LOST]:
            self.uc.reg_write(register, self.random.getrandbits(64))

    def call(self, function, stack, kept):
        """Calls a function with a stack pointer; `kept` are the registers that it has to bring back as they were."""
        self.uc.reg_write(self.processor.SP, stack)
        self.processor.enter(self, RETURN)
        above = bytes(self.uc.mem_read(stack, STACK + STACK_SIZE - stack))
        before = {name: self.uc.reg_read(register) for name, register in kept.items()}
        self.error = None
        try:
            self.uc.emu_start(function, RETURN, count=INSTRUCTIONS)
        except UcError as error:
            at = self.uc.reg_read(self.processor.PC)
            raise Broken(self.error or f"{error} at {at:#x}") from error
        if self.error:
            raise Broken(self.error)
        if self.system.ended:
            return
        if (at := self.uc.reg_read(self.processor.PC)) != RETURN:
            raise Broken(f"it does not return: it is at {at:#x}")
        for name, register in kept.items():
            if (after := self.uc.reg_read(register)) != before[name]:
                raise Broken(f"{name} was {before[name]:#x} and became {after:#x}")
        moved = self.uc.reg_read(self.processor.SP) - stack - self.processor.POPPED
        if moved != 0:
            raise Broken(f"the stack pointer moved by {moved}")
        if bytes(self.uc.mem_read(stack, len(above))) != above:
            raise Broken("it wrote into its caller's stack")
        if wrong := self.processor.check(self):
            raise Broken(wrong)

    def asked(self, uc, address, _size, _data):
        """The program called the system, which answers and returns."""
        if name := self.names.get(address):
            try:
                self.system.answer(name)
                if not self.system.ended:
                    self.processor.leave(self)
                    return
            except Exception as error:  # One that passes through the emulator is lost.
                self.error = f"{name}: {error}"
        else:
            self.error = f"it jumped to {address:#x}"
        uc.emu_stop()

    def read_word(self, address):
        return int.from_bytes(self.uc.mem_read(address, 8), "little")

    def write_word(self, address, word):
        self.uc.mem_write(address, word.to_bytes(8, "little"))

    def read_text(self, address):
        text = bytearray()
        while byte := self.uc.mem_read(address, 1)[0]:
            text.append(byte)
            address += 1
        return bytes(text)
