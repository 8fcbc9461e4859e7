"""What programs ask of libSystem: the few functions that the programs here call, with what they write kept."""

import re

EINTR = 4
SIGABRT = 6
OUT, ERR = 1, 2


class System:
    def __init__(self, machine, memory):
        self.machine = machine
        # A variable that points to a stream, whose address is told from others; and the thread's error number.
        self.streams = {memory: OUT, memory + 8: ERR}
        self.data = {"___stdoutp": memory + 16, "___stderrp": memory + 24}
        self.error_number = memory + 32
        self.text = memory + 64
        self.jumps = {}

    def reset(self):
        for variable, stream in zip(self.data.values(), self.streams):
            self.machine.write_word(variable, stream)
        self.written = {OUT: b"", ERR: b""}
        self.ended = False
        self.status = None
        # The first write is interrupted, and the second is short.
        self.writes = 0

    def answer(self, name):
        function = getattr(self, f"call_{name}", None)
        if function is None:
            raise NotImplementedError("the emulator does not have this function of libSystem")
        result = function(*(self.machine.uc.reg_read(register) for register in self.machine.processor.ARGUMENTS))
        self.machine.uc.reg_write(self.machine.processor.RESULT, (result or 0) & (1 << 64) - 1)

    def call__exit(self, status, *_):
        self.ended = True
        self.status = status & 0xFF

    def call__abort(self, *_):
        """Ends as a shell tells it of a program that SIGABRT ends."""
        self.ended = True
        self.status = 128 + SIGABRT

    def call__setjmp(self, buffer, *_):
        self.jumps[buffer] = self.machine.processor.caller(self.machine)

    def call__longjmp(self, buffer, value, *_):
        self.machine.processor.return_to(self.machine, self.jumps[buffer])
        return value & 0xFFFFFFFF or 1

    def call__writev(self, file, parts, count, *_):
        words = [self.machine.read_word(parts + 8 * i) for i in range(2 * (count & 0xFFFFFFFF))]
        text = b"".join(bytes(self.machine.uc.mem_read(*part)) for part in zip(words[::2], words[1::2]))
        self.written[file & 0xFFFFFFFF] += text
        return len(text)

    def call__write(self, file, address, size, *_):
        self.writes += 1
        if self.writes == 1:
            self.machine.write_word(self.error_number, EINTR)
            return -1
        size = min(size, 10) if self.writes == 2 else size
        self.written[file & 0xFFFFFFFF] += bytes(self.machine.uc.mem_read(address, size))
        return size

    def call____error(self, *_):
        return self.error_number

    def call__strlen(self, address, *_):
        return len(self.machine.read_text(address))

    def call__strcmp(self, a, b, *_):
        a, b = self.machine.read_text(a), self.machine.read_text(b)
        return (a > b) - (a < b)

    def call__memcmp(self, a, b, size, *_):
        a, b = (bytes(self.machine.uc.mem_read(at, size)) for at in (a, b))
        return (a > b) - (a < b)

    def call____memcpy_chk(self, to, source, size, *_):
        """What the headers make of memcpy, with the room that there is as a fourth argument."""
        self.machine.uc.mem_write(to, bytes(self.machine.uc.mem_read(source, size)))
        return to

    def call__strerror(self, *_):
        self.machine.uc.mem_write(self.text, b"an error\0")
        return self.text

    def call__putchar(self, character, *_):
        self.written[OUT] += bytes([character & 0xFF])
        return character & 0xFF

    def call__puts(self, text, *_):
        self.written[OUT] += self.machine.read_text(text) + b"\n"
        return 1

    def call__printf(self, text, *_):
        self.written[OUT] += self.formatted(text, 1)

    def call__fprintf(self, stream, text, *_):
        self.written[self.streams[stream]] += self.formatted(text, 2)

    def call__ferror(self, stream, *_):
        return 0 if stream in self.streams else 1

    def call__fclose(self, stream, *_):
        return 0 if stream in self.streams else -1

    def formatted(self, address, named):
        """What printf makes of a text with the conversions %s, %d, %zu and %02x."""
        words = self.machine.processor.variadic(self.machine, named)

        def convert(match):
            word = next(words)
            if match[2] == b"s":
                return self.machine.read_text(word)
            if match[2] == b"d":
                word = (word & 0xFFFFFFFF ^ 0x80000000) - 0x80000000
            if match[2] == b"x":
                word &= 0xFFFFFFFF
            return (b"%" + match[1] + match[2].replace(b"zu", b"d")) % word

        return re.sub(rb"%(0?[0-9]*)(s|d|zu|x)", convert, self.machine.read_text(address))
