"""The two processors: which registers a function keeps, where arguments are, how a call begins and ends."""

from unicorn import UC_ARCH_ARM64, UC_ARCH_X86, UC_MODE_64, UC_MODE_ARM
from unicorn import arm64_const as arm
from unicorn import x86_const as x86


def x86_registers(*names):
    """Names, and how the emulator calls them."""
    return {name: getattr(x86, f"UC_X86_REG_{name}") for name in names}


def arm_registers(prefix, numbers):
    return {f"{prefix}{n}": getattr(arm, f"UC_ARM64_REG_{prefix}{n}") for n in numbers}


class Amd64:
    """System V ABI for x86-64, which macOS follows."""

    KIND = UC_ARCH_X86, UC_MODE_64
    # One with BMI2 and ADX. The emulator knows no AVX, and CPUID says so.
    MODEL = x86.UC_CPU_X86_BROADWELL
    PC, SP = x86.UC_X86_REG_RIP, x86.UC_X86_REG_RSP
    KEPT = x86_registers("RBX", "RBP", "R12", "R13", "R14", "R15")
    ARGUMENTS = list(x86_registers("RDI", "RSI", "RDX", "RCX", "R8", "R9").values())
    RESULT = x86.UC_X86_REG_RAX
    LOST = [*ARGUMENTS, RESULT, x86.UC_X86_REG_R10, x86.UC_X86_REG_R11]
    # Go's own convention for assembly: all but these are lost.
    GO_KEPT = x86_registers("RBP")
    # A call leaves the stack pointer at the return address, 8 off a multiple of 16; the return pops that.
    ENTRY_SP = POPPED = 8
    GO_ENTRY_SPS = 0, 8

    @staticmethod
    def enter(machine, address):
        """What a call instruction does; the direction flag is clear."""
        machine.write_word(machine.uc.reg_read(Amd64.SP), address)
        machine.uc.reg_write(x86.UC_X86_REG_EFLAGS, 2)

    @staticmethod
    def leave(machine):
        stack = machine.uc.reg_read(Amd64.SP)
        machine.uc.reg_write(Amd64.PC, machine.read_word(stack))
        machine.uc.reg_write(Amd64.SP, stack + 8)

    @staticmethod
    def caller(machine):
        """What a function of the system finds: the registers that its caller keeps, and where it returns to."""
        uc = machine.uc
        stack = uc.reg_read(Amd64.SP)
        return {register: uc.reg_read(register) for register in [*Amd64.KEPT.values(), Amd64.SP]}, machine.read_word(stack)

    @staticmethod
    def return_to(machine, caller):
        """Makes that what a function of the system finds."""
        registers, address = caller
        for register, value in registers.items():
            machine.uc.reg_write(register, value)
        machine.write_word(registers[Amd64.SP], address)

    @staticmethod
    def check(machine):
        """What else is wrong after a call, if anything is."""
        return "the direction flag is set" if machine.uc.reg_read(x86.UC_X86_REG_EFLAGS) & 0x400 else None

    @staticmethod
    def variadic(machine, named):
        """The words behind the named arguments of a function that takes any number."""
        yield from (machine.uc.reg_read(register) for register in Amd64.ARGUMENTS[named:])
        stack = machine.uc.reg_read(Amd64.SP) + 8
        while True:
            yield machine.read_word(stack)
            stack += 8

    @staticmethod
    def set_goroutine(machine, goroutine, slots):
        """Go on macOS finds its goroutine at 0x30 of the thread's own memory."""
        machine.uc.reg_write(x86.UC_X86_REG_GS_BASE, slots)
        machine.write_word(slots + 0x30, goroutine)


class Arm64:
    """Procedure Call Standard for the Arm 64-bit Architecture, as Apple has it: X18 is the system's."""

    KIND = UC_ARCH_ARM64, UC_MODE_ARM
    MODEL = None
    PC, SP, LR = arm.UC_ARM64_REG_PC, arm.UC_ARM64_REG_SP, arm.UC_ARM64_REG_X30
    KEPT = arm_registers("X", range(18, 30)) | arm_registers("D", range(8, 16))
    LOST = list(arm_registers("X", range(18)).values())
    ARGUMENTS = LOST[:8]
    RESULT = LOST[0]
    GO_KEPT = arm_registers("X", (18, 28, 29))
    ENTRY_SP = POPPED = 0
    GO_ENTRY_SPS = (0,)

    @staticmethod
    def enter(machine, address):
        machine.uc.reg_write(Arm64.LR, address)

    @staticmethod
    def leave(machine):
        machine.uc.reg_write(Arm64.PC, machine.uc.reg_read(Arm64.LR))

    @staticmethod
    def caller(machine):
        return {register: machine.uc.reg_read(register) for register in [*Arm64.KEPT.values(), Arm64.SP, Arm64.LR]}

    @staticmethod
    def return_to(machine, caller):
        for register, value in caller.items():
            machine.uc.reg_write(register, value)

    @staticmethod
    def check(_machine):
        return None

    @staticmethod
    def variadic(machine, _named):
        """On Apple's systems all on the stack, a word each."""
        stack = machine.uc.reg_read(Arm64.SP)
        while True:
            yield machine.read_word(stack)
            stack += 8

    @staticmethod
    def set_goroutine(machine, goroutine, _slots):
        machine.uc.reg_write(arm.UC_ARM64_REG_X28, goroutine)


PROCESSORS = {"amd64": Amd64, "arm64": Arm64}
