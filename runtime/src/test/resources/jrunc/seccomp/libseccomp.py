"""What libseccomp makes of a profile, for tests: reads requests from standard input, answers each with one line.

filter DEFAULT OPTIMIZE ARCHITECTURE...   begins a profile; actions are the kernel's numbers
rule ACTION NAME [INDEX OPERATOR VALUE VALUETWO]...
end                                       answers the program in hexadecimal and the names that it does not know
names ARCHITECTURE LIMIT                  answers NAME=NUMBER... for the numbers below LIMIT
"""
import sys
import tempfile
import seccomp

OPERATORS = {"NE": seccomp.NE, "LT": seccomp.LT, "LE": seccomp.LE, "EQ": seccomp.EQ, "GE": seccomp.GE, "GT": seccomp.GT,
             "MASKED_EQ": seccomp.MASKED_EQ}


def begin(words):
    made = seccomp.SyscallFilter(defaction=int(words[0]))
    for name in words[2:]:
        if not made.exist_arch(seccomp.Arch(name)):
            made.add_arch(seccomp.Arch(name))
    made.set_attr(seccomp.Attr.CTL_OPTIMIZE, int(words[1]))
    return made


def add(made, words, unknown):
    if seccomp.resolve_syscall(seccomp.Arch(), words[1]) == -1:
        unknown.append(words[1])
        return
    args = []
    for i in range(2, len(words), 4):
        args.append(seccomp.Arg(int(words[i]), OPERATORS[words[i + 1]], int(words[i + 2]), int(words[i + 3])))
    made.add_rule(int(words[0]), words[1], *args)


def program(made):
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.seek(0)
        return file.read().hex()


def names(architecture, limit):
    arch = seccomp.Arch(architecture)
    bit = 0x40000000 if architecture == "x32" else 0
    found = []
    for number in range(limit):
        try:
            found.append(seccomp.resolve_syscall(arch, number + bit).decode() + "=" + str(number))
        except ValueError:
            pass
    return " ".join(found)


def main():
    made, unknown, error = None, [], None
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "filter":
                unknown, error = [], None
                made = begin(words[1:])
            elif words[0] == "rule" and error is None:
                add(made, words[1:], unknown)
            elif words[0] == "end":
                print("error " + error if error else program(made) + " " + ",".join(unknown), flush=True)
            elif words[0] == "names":
                print(names(words[1], int(words[2])), flush=True)
        except (RuntimeError, ValueError) as wrong:
            error = str(wrong)


main()
